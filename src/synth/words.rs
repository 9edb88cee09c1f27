//! The words of made-up tips, put together from parts so that thousands differ.

use chrono::{Datelike, Days, NaiveDate};

use super::answers::{GIVEN, SURNAMES};
use super::dice::Dice;
use super::outside::Matter;
use super::themes::{Size, Theme};
use crate::intake::Channel;
use crate::intake::tip::InformantForm;
use crate::place::{Code, Divisions};

const VILLAGE_HEADS: [&str; 20] = [
    "石桥", "新塘", "柳溪", "大桥", "双井", "黄泥", "东岭", "枫树", "白沙", "龙泉", "青山", "荷叶",
    "长岭", "下洲", "望江", "杨梅", "铁炉", "三叉", "沙田", "古楼",
];
const VILLAGE_TAILS: [&str; 8] = ["村", "村", "村", "社区", "坪村", "冲村", "湾村", "口村"];
const SPOTS: [&str; 12] = [
    "村口",
    "村小学后面",
    "老砖厂旁",
    "水库坝下",
    "国道边",
    "河堤外侧",
    "变电站附近",
    "山脚下",
    "加油站对面",
    "祠堂前面",
    "铁路桥下",
    "",
];
const GROUPS: [&str; 8] = ["一组", "二组", "三组", "四组", "五组", "七组", "九组", ""];
const EXTRAS: [&str; 10] = [
    "向镇里反映过，一直没有回音。",
    "附近群众都可以作证。",
    "手机里拍有照片和视频。",
    "对方放话说有关系，谁来也不怕。",
    "已经打过一次电话，停了两天又开工。",
    "",
    "我们不图别的，就想保住这点田。",
    "",
    "请为我保密，怕被报复。",
    "现场留有大量施工痕迹。",
];
const ASKS: [&str; 9] = [
    "请派人到现场看看。",
    "希望尽快查处并给个答复。",
    "请依法处理。",
    "要求恢复原状。",
    "盼望上级重视。",
    "请求立即制止。",
    "希望查清有没有手续。",
    "请责令停工并复耕。",
    "望调查后告知结果。",
];
/// The first three digits of telephone numbers that were never given out to anybody.
const NO_SUCH_PREFIX: &str = "100";

/// What a tip says.
pub struct Said {
    /// Title.
    pub title: String,
    /// Account.
    pub text: String,
    /// Place in words.
    pub place_text: String,
    /// The accused.
    pub accused: Option<String>,
}

/// Where a tip is about, in names.
pub struct Spot {
    /// The county's name from the province down.
    pub county: String,
    /// The township's name.
    pub township: String,
    village: String,
    detail: &'static str,
}

impl Spot {
    /// A made-up village of a real township.
    pub fn draw(divisions: &Divisions, county: Code, township: Code, dice: &mut Dice) -> Spot {
        let village =
            [*dice.pick(&VILLAGE_HEADS), *dice.pick(&VILLAGE_TAILS), *dice.pick(&GROUPS)].concat();
        // The source of the table puts a placeholder between some cities and their districts.
        let county_name = divisions.full_name(county).replace("市辖区", "");
        let township_name =
            if township == county { String::new() } else { divisions.name(township) };
        let detail = *dice.pick(&SPOTS);
        Spot { county: county_name, township: township_name, village, detail }
    }

    fn full(&self) -> String {
        [&self.county, &self.township, &self.village, self.detail].concat()
    }

    fn short(&self) -> String {
        [&self.township, &self.village, self.detail].concat()
    }
}

/// A tip within the law.
pub fn tell(
    theme: &Theme,
    spot: &Spot,
    channel: Channel,
    (day, began): (NaiveDate, NaiveDate),
    dice: &mut Dice,
) -> Said {
    let who = *dice.pick(theme.who);
    let (short, long) = *dice.pick(theme.what);
    let (size, harm) = (size(theme.size, dice), *dice.pick(theme.harm));
    let since = since(began, day, dice);
    let (extra, ask) = (*dice.pick(&EXTRAS), *dice.pick(&ASKS));
    let (full, near) = (spot.full(), spot.short());
    let nobody = theme.category == "hazard.geological";
    let core = format!("{who}{long}{size}");
    let text = match channel {
        Channel::Phone if dice.chance(600) => {
            format!("来电人反映：{near}，{since}{core}。{harm}。{extra}{ask}")
        }
        Channel::Letter | Channel::Fax => {
            format!("举报信：{full}，{core}，{since}一直没有停过。{harm}。{extra}{ask}")
        }
        Channel::Patrol => format!("动态巡查发现，{near}{core}。{harm}，已拍照取证。"),
        Channel::Satellite => {
            format!("卫片图斑核实线索：{full}，疑似{core}，{since}影像有明显变化。")
        }
        Channel::Media => format!("据媒体报道，{full}{core}，{harm}。请核实。"),
        Channel::Order | Channel::Transfer | Channel::Subordinate => {
            format!("转来线索：{full}，{core}。{harm}。请依法核查并反馈结果。")
        }
        // A slope is nobody to be accused.
        _ => match if nobody { 1 } else { dice.below(4) } {
            0 => format!(
                "我是{near}附近的村民，要反映{core}的问题。{since}就是这样，{harm}。{extra}{ask}"
            ),
            1 => format!("{since}，{who}在{near}{long}{size}，{harm}。{extra}{ask}"),
            2 => format!("举报{who}：在{full}{long}{size}。{harm}。{extra}{ask}"),
            _ => format!("您好，{near}这里，{core}，{since}到现在。{harm}。{ask}{extra}"),
        },
    };
    let title = match dice.below(3) {
        0 => format!("{}{who}{short}", spot.township),
        1 => format!("{near}{short}"),
        _ => format!("{who}{short}"),
    };
    Said {
        title,
        text,
        place_text: full,
        accused: (!nobody && dice.chance(550)).then(|| who.to_owned()),
    }
}

/// A tip outside the law.
pub fn tell_outside(matter: &Matter, spot: &Spot, dice: &mut Dice) -> Said {
    let (near, account) = (spot.short(), *dice.pick(matter.account));
    let ask = *dice.pick(&["请帮忙解决。", "希望有人管一管。", "请问该找谁？", "盼答复。"]);
    let text = match dice.below(3) {
        0 => format!("来电人住{near}，称{account}。{ask}"),
        1 => format!("{near}：{account}，多次反映没有结果。{ask}"),
        _ => format!("您好，我想反映一个情况。{account}。地点在{near}。{ask}"),
    };
    let title = match dice.below(2) {
        0 => matter.title.to_owned(),
        _ => format!("{}{}", spot.township, matter.title),
    };
    Said { title, text, place_text: spot.full(), accused: None }
}

fn size(size: Size, dice: &mut Dice) -> String {
    let (unit, low, high, word) = match size {
        Size::Mu(low, high) => ("亩", low, high, "面积约"),
        Size::SquareMetres(low, high) => ("平方米", low, high, "面积约"),
        Size::Tons(low, high) => ("吨", low, high, "估计有"),
        Size::None => return String::new(),
    };
    // Small ones are common, large ones rare: the lower of two throws.
    let amount = dice.between(low, high).min(dice.between(low, high));
    format!("，{word}{amount}{unit}")
}

fn since(began: NaiveDate, day: NaiveDate, dice: &mut Dice) -> String {
    match (day - began).num_days() {
        ..=6 => (*dice.pick(&["这几天", "从前天起", "最近几天"])).to_owned(),
        7..=35 => (*dice.pick(&["近一个月来", "上个月底以来", "最近半个多月"])).to_owned(),
        _ if began.year() == day.year() => format!("今年{}月份以来", began.month()),
        _ => format!("从{}年{}月开始", began.year(), began.month()),
    }
}

/// On which day the matter began: mostly within the last months.
pub fn began(day: NaiveDate, dice: &mut Dice) -> NaiveDate {
    let back = dice.between(0, 240).min(dice.between(0, 240));
    day - Days::new(u64::try_from(back).unwrap_or(0))
}

/// Who reports: a made-up name, and a number and address that cannot be anybody's.
pub fn informant(channel: Channel, dice: &mut Dice) -> Option<InformantForm> {
    let official = matches!(
        channel,
        Channel::Patrol
            | Channel::Satellite
            | Channel::Media
            | Channel::Order
            | Channel::Subordinate
    );
    let mode = match dice.below(100) {
        _ if official => return None,
        0..40 => "named",
        40..75 => "confidential",
        _ => return None,
    };
    let name = format!("{}{}", dice.pick(&SURNAMES), dice.pick(&GIVEN));
    let phone = format!("{NO_SUCH_PREFIX}{:08}", dice.below(100_000_000));
    let email = dice.chance(150).then(|| format!("user{}@example.com", dice.below(1_000_000)));
    Some(InformantForm { mode: Some(mode.to_owned()), name: Some(name), phone: Some(phone), email })
}
