//! The harness: one case, people who act on it, and a clock that only the test moves.

use std::sync::OnceLock;

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use hotline::calendar::{Rules, Workdays, zone};
use hotline::intake::{Tip, TipForm, receipt, tip};
use hotline::ledger::agenda::{Item, agenda};
use hotline::ledger::decide::Past;
use hotline::ledger::entry::ByKind;
use hotline::ledger::opening::{Arrival, open};
use hotline::ledger::{
    Act, Actor, Benchmarks, By, Case, Command, Entry, Facts, Ground, Refusal, Role, Situation,
    Stage, decide,
};
use hotline::place::{Code, Divisions, Units};

use super::labels;
use super::says::TWIN;

pub const NATION: &str = "000000";
pub const PROVINCE: &str = "430000";
pub const CITY: &str = "430100";
/// The county of most cases here.
pub const COUNTY: &str = "430121";
/// Its neighbour under the same city.
pub const OTHER: &str = "430181";
/// A county of another city in the same province.
pub const FAR: &str = "430211";
/// Takes a case when the top of the tree is accused.
pub const ALTERNATE: &str = "110000";
/// Who acts. `Copy`, so that a table can hold it.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    /// Person, unit, roles.
    Staff(&'static str, &'static str, &'static [Role]),
    /// The informant of this case's tip.
    Informant,
    /// The informant of some other tip.
    Stranger,
    Schedule,
}

/// Somebody with one role; a name per role and unit, so that two acts of one role are one person.
pub const fn staff(user: &'static str, unit: &'static str, role: &'static [Role]) -> Who {
    Who::Staff(user, unit, role)
}

pub const OPERATOR: &[Role] = &[Role::Operator];
pub const JUDGE: &[Role] = &[Role::Judge];
pub const HANDLER: &[Role] = &[Role::Handler];
pub const REVIEWER: &[Role] = &[Role::Reviewer];
pub const SUPERVISOR: &[Role] = &[Role::Supervisor];

/// The desk that web tips of the province come to.
pub const DESK: Who = staff("operator-43", PROVINCE, OPERATOR);
pub const PROVINCE_JUDGE: Who = staff("judge-43", PROVINCE, JUDGE);
pub const PROVINCE_REVIEWER: Who = staff("reviewer-43", PROVINCE, REVIEWER);
pub const PROVINCE_SUPERVISOR: Who = staff("supervisor-43", PROVINCE, SUPERVISOR);
pub const PROVINCE_HANDLER: Who = staff("handler-43", PROVINCE, HANDLER);
pub const CITY_OPERATOR: Who = staff("operator-4301", CITY, OPERATOR);
pub const CITY_JUDGE: Who = staff("judge-4301", CITY, JUDGE);
pub const CITY_HANDLER: Who = staff("handler-4301", CITY, HANDLER);
pub const CITY_SUPERVISOR: Who = staff("supervisor-4301", CITY, SUPERVISOR);
pub const CITY_REVIEWER: Who = staff("reviewer-4301", CITY, REVIEWER);
pub const COUNTY_OPERATOR: Who = staff("operator-430121", COUNTY, OPERATOR);
pub const COUNTY_JUDGE: Who = staff("judge-430121", COUNTY, JUDGE);
pub const COUNTY_HANDLER: Who = staff("handler-430121", COUNTY, HANDLER);
pub const COUNTY_REVIEWER: Who = staff("reviewer-430121", COUNTY, REVIEWER);
pub const SECOND_REVIEWER: Who = staff("reviewer-430121-2", COUNTY, REVIEWER);
pub const COUNTY_SUPERVISOR: Who = staff("supervisor-430121", COUNTY, SUPERVISOR);
pub const OTHER_HANDLER: Who = staff("handler-430181", OTHER, HANDLER);
pub const OTHER_REVIEWER: Who = staff("reviewer-430181", OTHER, REVIEWER);

impl Who {
    pub fn actor(self, tip: &str) -> Actor {
        match self {
            Who::Staff(user, unit, roles) => {
                Actor::Staff { user: user.to_owned(), unit: code(unit), roles: roles.to_vec() }
            }
            Who::Informant => Actor::Informant { tip: tip.to_owned() },
            Who::Stranger => Actor::Informant { tip: number(99) },
            Who::Schedule => Actor::Schedule,
        }
    }
}

pub fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// Local wall time, `2026-03-02 09:00`.
pub fn at(wall: &str) -> DateTime<Utc> {
    zone::parse_instant(wall).unwrap()
}

/// The number of a receipt, with good check digits.
pub fn number(draw: u64) -> String {
    receipt::number(zone::date_of(at("2026-03-02")), draw)
}

/// The rules and the tree as they are shipped, read once.
pub fn ground() -> Ground<'static> {
    static READ: OnceLock<(Rules, Divisions, Benchmarks, Units)> = OnceLock::new();
    let (rules, divisions, benchmarks, units) = READ.get_or_init(|| {
        let days = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
        let rules = Rules::parse(include_str!("../../config/rules.toml"), days).unwrap();
        let divisions = Divisions::parse(include_str!("../../config/divisions.csv")).unwrap();
        let benchmarks = Benchmarks::parse(include_str!("../../config/benchmarks.toml")).unwrap();
        (rules, divisions, benchmarks, Units::default())
    });
    Ground { rules, divisions, benchmarks, units, alternate: code(ALTERNATE) }
}

/// A case and what surrounds it.
#[derive(Clone)]
pub struct World {
    pub now: DateTime<Utc>,
    pub case: Case,
    pub entries: Vec<Entry>,
    pub tip: String,
    /// What the store would say of the case named in `link`.
    pub twin: Option<Stage>,
    /// Who holds it, where it is somebody else than of this case.
    pub twin_holder: Option<&'static str>,
    /// What the store would say of the evidence named in `verify`.
    pub unknown_evidence: Vec<usize>,
    /// The entries as they come back from the store.
    stored: Vec<Entry>,
}

impl World {
    /// An anonymous tip from the web about the county, on a Monday without holidays near.
    pub fn new() -> World {
        World::of(json!({}), None)
    }

    /// A tip with some fields changed; taken in by a unit's operator, or from the public.
    pub fn of(fields: Value, desk: Option<&'static str>) -> World {
        World::numbered(1, fields, desk)
    }

    /// The same with a number of its own, to stand beside others.
    pub fn numbered(count: u64, fields: Value, desk: Option<&'static str>) -> World {
        let now = at("2026-03-02 09:00");
        let mut form = json!({
            "channel": if desk.is_some() { "phone" } else { "web" },
            "division": COUNTY, "text": "挖了三十亩耕地",
        });
        let extra = fields.as_object().unwrap().clone();
        form.as_object_mut().unwrap().extend(extra);
        let reading = tip::Ground { divisions: ground().divisions, now, staff: desk.is_some() };
        let Ok(read): Result<Tip, _> = tip::check(TipForm::read(form), &reading) else {
            panic!("the harness sends a bad tip")
        };
        let by = match desk {
            Some(unit) => By {
                user: Some(format!("operator-{unit}")),
                unit: Some(code(unit)),
                kind: ByKind::Staff,
                roles: vec![Role::Operator],
            },
            None => By::nobody(ByKind::Public),
        };
        let arrival = Arrival {
            case: format!("case-{count}"),
            number: number(count),
            by,
            received_at: now,
            words: "00".repeat(32),
        };
        let first = open(&read, arrival, ground(), now);
        let case = Case::begin(&first).unwrap();
        let stored = vec![store(&first)];
        let world = World {
            now,
            case,
            entries: vec![first],
            tip: number(count),
            twin: Some(Stage::Closed),
            twin_holder: None,
            unknown_evidence: Vec::new(),
            stored,
        };
        world.sound();
        world
    }

    pub fn clock(&mut self, wall: &str) {
        self.now = at(wall);
    }

    pub fn days_later(&mut self, days: i64) {
        self.now += Duration::days(days);
    }

    /// Acts with fields as the door takes them: `{"act": …}` and the act's own.
    pub fn act(&mut self, who: Who, what: Value) -> Result<Entry, Refusal> {
        self.act_as(&who.actor(&self.tip), what)
    }

    /// The same for somebody made up on the way.
    pub fn act_as(&mut self, actor: &Actor, what: Value) -> Result<Entry, Refusal> {
        let command = self.read(what);
        let entry = self.ask(actor, &command)?.entry;
        self.record(&entry);
        Ok(entry)
    }

    /// Takes a decided entry in.
    pub fn record(&mut self, entry: &Entry) {
        assert!(entry.stated_at <= entry.recorded_at, "dated forward: {entry:?}");
        assert_eq!(entry.was, Some(self.case.is));
        self.case.apply(entry);
        self.stored.push(store(entry));
        self.entries.push(entry.clone());
        self.sound();
    }

    /// The same, and it must be recorded.
    #[track_caller]
    pub fn did(&mut self, who: Who, what: Value) -> Entry {
        let said = what.clone();
        match self.act(who, what) {
            Ok(entry) => entry,
            Err(refusal) => panic!("{who:?} {said}: refused, {refusal:?}\n{}", self.shown()),
        }
    }

    /// The same, and it must be refused with this code.
    #[track_caller]
    pub fn no(&mut self, who: Who, what: Value, expected: &str) -> Refusal {
        let said = what.clone();
        match self.act(who, what) {
            Ok(entry) => panic!("{who:?} {said}: recorded, {entry:?}"),
            Err(refusal) => {
                assert_eq!(refusal.code(), expected, "{who:?} {said}\n{}", self.shown());
                refusal
            }
        }
    }

    /// Decides without recording.
    fn ask(&self, actor: &Actor, command: &Command) -> Result<Facts, Refusal> {
        let other = self.twin.filter(|_| command.other_case() == Some(TWIN)).map(|stage| {
            let mut twin = self.case.clone();
            twin.no = TWIN.to_owned();
            twin.is.stage = stage;
            twin.is.holder = self.twin_holder.map_or(twin.is.holder, code);
            twin
        });
        self.ask_beside(actor, command, other.as_ref())
    }

    /// The same with a real case beside this one.
    pub fn ask_beside(
        &self,
        actor: &Actor,
        command: &Command,
        other: Option<&Case>,
    ) -> Result<Facts, Refusal> {
        let past: Vec<Past> = self.entries.iter().map(|entry| self.past(entry)).collect();
        let situation = Situation {
            case: &self.case,
            past: &past,
            other,
            unknown_evidence: self.unknown_evidence.clone(),
        };
        decide(&situation, command, actor, ground(), self.now)
    }

    /// What the agenda tells the actor.
    pub fn agenda(&self, actor: &Actor) -> Vec<Item> {
        let past: Vec<Past> = self.entries.iter().map(|entry| self.past(entry)).collect();
        agenda(&self.case, &past, actor, ground(), self.now)
    }

    fn past(&self, entry: &Entry) -> Past {
        let desk = entry.tip.as_ref().map(|mark| mark.desk);
        let unit = entry.by.unit.or(desk).unwrap_or(entry.is.holder);
        Past { seq: entry.seq, act: entry.act, unit }
    }

    /// Reads an act as the door does. What the service does by itself has no door.
    pub fn read(&self, what: Value) -> Command {
        let Value::Object(mut fields) = what else { panic!("an act is an object") };
        let act = fields.remove("act").unwrap();
        match act.as_str().unwrap() {
            "look" => Command::Look { tip: fields["tip"].as_str().unwrap().to_owned() },
            "lapse" => {
                let duty = fields.get("duty").and_then(Value::as_u64);
                Command::Lapse { duty: duty.map(|no| u32::try_from(no).unwrap()) }
            }
            "draw" => Command::Draw {
                draw: fields["draw"].as_str().unwrap().to_owned(),
                checker: code(fields["checker"].as_str().unwrap()),
            },
            "reckon" => Command::Reckon { cause: fields["cause"].as_str().unwrap().to_owned() },
            "succeed" => Command::Succeed {
                unit: code(fields["unit"].as_str().unwrap()),
                successor: code(fields["successor"].as_str().unwrap()),
            },
            act => match Command::read(act, Value::Object(fields), self.now, ground().divisions) {
                Ok(command) => command,
                Err(faults) => panic!("the harness sends a bad {act}: {faults:?}"),
            },
        }
    }

    /// What must hold after every entry, whatever was done.
    fn sound(&self) {
        let last = self.entries.last().unwrap();
        let numbers: Vec<u32> = self.entries.iter().map(|entry| entry.seq).collect();
        assert_eq!(numbers, (1..=last.seq).collect::<Vec<_>>(), "numbers of entries have gaps");
        assert_eq!(self.case.last_seq, last.seq);
        let duties: Vec<u32> = self.case.duties.iter().map(|duty| duty.no).collect();
        let dense: Vec<u32> = (1..).take(duties.len()).collect();
        assert_eq!(duties, dense, "numbers of duties have gaps");
        // A long life is replayed now and then: what was wrong once stays wrong.
        if numbers.len() < 30 || numbers.len().is_multiple_of(10) {
            let replayed = Case::replay(&self.stored).unwrap();
            assert_eq!(replayed, self.case, "replay from the store gives another case");
        }
        labels::fits(self);
        if self.case.is.stage == Stage::Closed {
            assert_eq!(self.case.blocking().count(), 0, "struck off with something owed");
        }
    }

    /// Open duties by name and owner, in order.
    pub fn owed(&self) -> Vec<String> {
        let open = self.case.duties.iter().filter(|duty| duty.is_open());
        open.map(|duty| format!("{} {}", duty.kind.name(), duty.owner)).collect()
    }

    pub fn state(&self) -> &'static str {
        self.entries.last().unwrap().state.code()
    }

    fn shown(&self) -> String {
        format!("state {}, owed {:?}", self.state(), self.owed())
    }

    /// How often an act was recorded.
    pub fn count(&self, act: Act) -> usize {
        self.entries.iter().filter(|entry| entry.act == act).count()
    }
}

/// What stands in the store after an entry is written and read back.
fn store(entry: &Entry) -> Entry {
    let back: Entry = serde_json::from_str(&serde_json::to_string(entry).unwrap()).unwrap();
    assert_eq!(back, *entry, "an entry changes on its way through the store");
    back
}
