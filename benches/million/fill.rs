//! A million cases that nobody reported, written past the program: real ledgers of a few cases,
//! copied under other numbers, with other words and at other places. One case in twenty has its whole
//! ledger; of the others the first entry stands there, for lists ask for no more. Figures are not
//! tallied. Good for measuring lists, searches and pages of cases, and for nothing else.

use std::fmt::Write;

/// Cases written in one statement.
const AT_ONCE: usize = 500;
/// Cases of one day.
const A_DAY: usize = 1_000;
/// One in so many has its whole ledger.
const WHOLE: usize = 20;

/// The county whose desk is measured gets one case in so many besides its share.
const HOME_SHARE: u64 = 200;
pub const HOME: &str = "430121";

/// A word of nearly a third of the cases, one of 1 in 20,000, one of none; each two signs of the last
/// are common, but not the three in a row.
pub const COMMON: &str = "采石场";
pub const RARE: &str = "青龙潭";
pub const NOWHERE: &str = "石场石场";

/// Numbers without chance: the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    /// Signs as in a name: from the first six hundred of the code.
    fn name(&mut self, length: usize) -> String {
        let sign = |dice: &mut Dice| char::from_u32(0x4e00 + 7 * dice.below(600) as u32).unwrap();
        (0..length).map(|_| sign(self)).collect()
    }
}

const SAYS: [&str; 14] = [
    "采石场夜间越界开采，放炮震动房屋",
    "占用耕地建厂房，正在施工",
    "河道边非法采砂，大车来回",
    "采石场没有手续，粉尘很大",
    "基本农田里挖鱼塘卖砂",
    "村干部把集体土地卖给外人建别墅",
    "山坡被推平，说是修路其实取土",
    "采石场距离水库只有几百米",
    "耕地上堆放建筑垃圾",
    "小煤窑关了又开",
    "未批先建，围墙已经起来了",
    "以设施农业名义建房出租",
    "拆了又建，前后三次",
    "勘查许可过期仍在打井",
];

/// The statement that adds cases from one number on to `made`.
pub fn made(from: usize, templates: &[(String, u32)], counties: &[String]) -> String {
    let mut sql = "INSERT INTO made VALUES ".to_owned();
    for i in from..from + AT_ONCE {
        let mut dice = Dice(i as u64);
        (0..3).for_each(|_| {
            dice.below(2);
        });
        let place = match dice.below(HOME_SHARE) {
            0 => HOME,
            _ => dice.pick(counties),
        };
        let mut share = u32::try_from(dice.below(1_000)).unwrap();
        let fits = |(_, of): &&(String, u32)| {
            let fits = share < *of;
            share = share.saturating_sub(*of);
            fits
        };
        let template = &templates.iter().find(fits).unwrap().0;
        let rare = if dice.below(20_000) == 0 { RARE } else { "" };
        let village = dice.name(3);
        let text = format!(
            "{village}村{rare}{}，{}，{}。联系人{}知道情况，{}公里处。",
            dice.pick(&SAYS),
            dice.pick(&SAYS),
            dice.name(24),
            dice.name(2),
            dice.below(90)
        );
        let day = chrono::NaiveDate::from_ymd_opt(2024, 2, 1).unwrap()
            + chrono::Days::new((i / A_DAY) as u64);
        let ms = (i % A_DAY) * 80_000 + 1;
        let at = day.and_hms_opt(0, 0, 0).unwrap() + chrono::Duration::milliseconds(ms as i64);
        // One open duty in fifty is late.
        let due = if dice.below(50) == 0 { "2026-06-01 00:00:00" } else { "2036-06-01 00:00:00" };
        let comma = if i == from { "" } else { "," };
        write!(
            sql,
            "{comma}('{}{ms:08}00','8{i:015}','{template}','{place}',{},'{}','{due}',\
             '{}','{text}','{village}村{}组','{}')",
            day.format("%y%m%d"),
            if i % WHOLE == 0 { "TRUE" } else { "FALSE" },
            at.format("%Y-%m-%d %H:%M:%S%.6f"),
            dice.pick(&SAYS),
            dice.below(20),
            dice.name(4),
        )
        .unwrap();
    }
    sql
}

/// How many statements of [`made`] a number of cases takes.
pub fn rounds(cases: usize) -> impl Iterator<Item = usize> {
    (0..cases.div_ceil(AT_ONCE)).map(|round| round * AT_ONCE)
}

/// From `made` into the tables, then `made` away.
pub const BEFORE: &str = "CREATE TABLE made (no TEXT PRIMARY KEY, tip TEXT, template TEXT, place TEXT, \
     whole BOOLEAN, at TIMESTAMP, due TIMESTAMP, title TEXT, text TEXT, site TEXT, accused TEXT)";

pub const STEPS: [(&str, &str); 9] = [
    (
        "cases",
        "INSERT INTO cases (no, last_seq, stage, state, holder, place, category, opened_at, \
             changed_at, carrier, severity) \
         SELECT m.no, c.last_seq, CASE c.stage WHEN 'closed' THEN 'open' ELSE c.stage END, \
             CASE c.state WHEN 'closed' THEN 'in_review' ELSE c.state END, m.place, m.place, \
             CASE length(m.text) % 4 WHEN 0 THEN 'mineral.mining' ELSE c.category END, m.at, m.at, \
             m.no, c.severity \
         FROM made m JOIN cases c ON c.no = m.template",
    ),
    ("units", "INSERT INTO case_units (case_no, unit) SELECT no, place FROM made"),
    (
        "duties",
        "INSERT INTO duties SELECT m.no, d.no, d.kind, m.place, \
             CASE WHEN d.tip IS NULL THEN NULL ELSE m.tip END, m.at, \
             CASE d.status WHEN 'open' THEN m.due ELSE d.due_at END, d.rule, d.blocking, d.paused, \
             d.status, d.ended_at \
         FROM made m JOIN duties d ON d.case_no = m.template WHERE d.status = 'open' OR d.no <= 3",
    ),
    (
        "entries",
        "INSERT INTO entries SELECT m.no || '-' || e.seq, m.no, e.seq, e.act, m.at, \
             replace(replace(replace(e.body, m.template, m.no), t.number, m.tip), '430121', m.place), \
             e.salt, e.leaf \
         FROM made m JOIN entries e ON e.case_no = m.template JOIN tips t ON t.case_no = m.template \
         WHERE e.seq = 1 OR m.whole",
    ),
    (
        "tips",
        "INSERT INTO tips (number, case_no, entry_id, channel, mode, received_at, code_hash) \
         SELECT tip, no, no || '-1', 'web', 'anonymous', at, 'none' FROM made",
    ),
    (
        "words",
        "INSERT INTO tip_words (entry_id, tip, salt, title, text, place_text, accused, accused_key, \
             place_key) \
         SELECT m.no || '-1', m.tip, w.salt, m.title, m.text, m.site, m.accused, m.accused, m.site \
         FROM made m JOIN tips t ON t.case_no = m.template JOIN tip_words w ON w.entry_id = t.entry_id",
    ),
    (
        "log",
        "INSERT INTO log (pos, entry_id) \
         SELECT (SELECT size FROM log_head) + row_number() OVER (ORDER BY e.id), e.id \
         FROM entries e JOIN made m ON m.no = e.case_no",
    ),
    (
        "closing",
        "UPDATE cases SET stage = 'closed', state = 'closed' WHERE no IN \
         (SELECT m.no FROM made m JOIN cases c ON c.no = m.template WHERE c.state = 'closed')",
    ),
    ("heads", "UPDATE log_head SET size = (SELECT max(pos) FROM log)"),
];

pub const AFTER: &str = "UPDATE cursors SET pos = (SELECT size FROM log_head) WHERE reader <> 'marks'; \
     DROP TABLE made";
