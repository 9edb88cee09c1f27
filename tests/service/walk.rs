//! Random lives through the one door: several people and cases, whose tips move from one to another,
//! against the same naive memory as the walks through the ledger itself (`tests/ledger/walk.rs`).
//!
//! `HOTLINE_WALK_ACTS` sets how many acts are recorded on each database. Ten thousand took 56 s on
//! SQLite and 67 s on PostgreSQL, both at once on two busy cores.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, FixedOffset, NaiveDate};
use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::{CITY, COUNTY, NATION, OTHER_COUNTY, OTHER_PROVINCE, PROVINCE};
use crate::world::World;

#[path = "../ledger/dice.rs"]
mod dice;
#[path = "../ledger/naive.rs"]
mod naive;
#[path = "../ledger/says.rs"]
#[allow(dead_code, reason = "the ledger's own tests say more")]
mod says;
#[path = "../ledger/table.rs"]
mod table;
#[path = "../ledger/wander.rs"]
#[allow(dead_code, reason = "the ledger's own walk takes more ways")]
mod wander;

use dice::Dice;
use naive::{About, Naive, kind_of};
use wander::{ACTS, Doer, Seen, Sight, Step, Ways, next};

on_both!(no_walk_through_the_door_loses_a_case);

/// Acts recorded in a usual run, and steps with the same three cases.
const RECORDED: u32 = 10_000;
const STEPS: usize = 150;
/// The clock moves by an hour after so many steps: nothing falls due that the schedule would end.
const STEPS_AN_HOUR: usize = 10;
const BEGIN: &str = "2026-03-02T09:00:00+08:00";

const UNITS: [&str; 6] = [NATION, PROVINCE, CITY, COUNTY, OTHER_COUNTY, OTHER_PROVINCE];

/// Codes that speak of role, stage, what is outstanding or the duty: said exactly when foretold.
const FORETOLD: [&str; 9] = [
    "role_not_allowed",
    "not_ended",
    "case_closed",
    "case_refused",
    "case_linked",
    "case_merged",
    "outstanding",
    "duty_not_open",
    "duty_unclear",
];

/// A duty as the entries tell it.
struct Open {
    seen: Seen,
    kind: String,
}

/// A case folded from the entries that the service gives.
struct File<'w> {
    case: Case<'w>,
    holder: String,
    last_seq: usize,
    open: BTreeMap<u32, Open>,
    memory: Naive,
}

impl<'w> File<'w> {
    fn received(world: &'w World, who: &str) -> File<'w> {
        let case = Case::log(world, who, &call(COUNTY));
        let memory = Naive::received(&case.tip);
        let (holder, open) = (String::new(), BTreeMap::new());
        let mut file = File { case, holder, last_seq: 0, open, memory };
        file.read();
        file
    }

    /// Takes in what was written since; the whole of it, as everybody who may reads it.
    fn read(&mut self) -> Vec<Value> {
        let after = self.last_seq;
        let path = self.case.path(&format!("/entries?limit=500&after={after}"));
        let list = self.case.world.get("supervisor-430000", &path).ok(200);
        let entries = list["items"].as_array().unwrap().clone();
        entries.iter().for_each(|entry| self.apply(entry));
        entries
    }

    fn apply(&mut self, entry: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.last_seq += 1;
        assert_eq!(entry["seq"], self.last_seq, "numbers of entries have gaps");
        self.holder = text(&entry["is"]["holder"]);
        for effect in entry["effects"].as_array().unwrap() {
            let no = u32::try_from(effect["no"].as_u64().unwrap_or_default()).unwrap();
            match effect["do"].as_str().unwrap() {
                "open" => {
                    let kind = text(&effect["duty"]);
                    let of = effect["of"].as_u64().map(|of| match kind.as_str() {
                        "rule_extension" => {
                            self.open[&u32::try_from(of).unwrap()].seen.word.clone()
                        }
                        _ => of.to_string(),
                    });
                    let about = of.or(effect["tip"].as_str().map(str::to_owned));
                    let word = about.map_or(kind.clone(), |about| format!("{kind} {about}"));
                    let seen = Seen { no, owner: text(&effect["owner"]), word };
                    self.open.insert(no, Open { seen, kind });
                }
                "discharge" | "lapse" => drop(self.open.remove(&no)),
                "hand" => self.open.get_mut(&no).unwrap().seen.owner = text(&effect["owner"]),
                _ => {}
            }
        }
    }

    fn sight(&self) -> Sight {
        Sight {
            no: self.case.no.clone(),
            tip: self.case.tip.clone(),
            holder: self.holder.clone(),
            last_seq: self.last_seq,
            duties: self.open.values().map(|open| open.seen.clone()).collect(),
        }
    }

    /// The service's list, the entries folded here, and the memory say the same.
    fn agrees(&self, outstanding: &Value) {
        let listed = outstanding.as_array().unwrap().iter();
        let mut listed: Vec<String> =
            listed.map(|duty| duty["duty"].as_str().unwrap().to_owned()).collect();
        let mut kinds: Vec<String> = self.open.values().map(|open| open.kind.clone()).collect();
        let mut words: Vec<String> =
            self.open.values().map(|open| open.seen.word.clone()).collect();
        let mut owed = self.memory.owed.clone();
        for list in [&mut listed, &mut kinds, &mut words, &mut owed] {
            list.sort();
        }
        assert_eq!(listed, kinds, "{}: outstanding, and what the entries tell", self.case.no);
        assert_eq!(words, owed, "{}: what is owed, and what the memory says", self.case.no);
    }
}

struct Walk<'w> {
    world: &'w World,
    dice: Dice,
    files: Vec<File<'w>>,
    hash: String,
    now: DateTime<FixedOffset>,
    met: BTreeMap<String, u32>,
}

impl<'w> Walk<'w> {
    /// Three more calls about the county.
    fn begin(&mut self) {
        let desks = ["operator-430000", "operator-430121", "operator-430100"];
        self.files = desks.iter().map(|who| File::received(self.world, who)).collect();
    }

    /// Who goes to the door; nobody for those who have another.
    fn login(doer: &Doer) -> Option<String> {
        match doer {
            Doer::Staff { role, unit, person } if UNITS.contains(&unit.as_str()) => {
                let second = *role == "reviewer" && person % 2 == 1;
                Some(format!("{role}{}-{unit}", if second { "2" } else { "" }))
            }
            _ => None,
        }
    }

    fn step(&mut self) {
        let sights: Vec<Sight> = self.files.iter().map(File::sight).collect();
        let memory: Vec<Naive> = self.files.iter().map(|file| file.memory.clone()).collect();
        let own = |act: &&&str| !table::roles(act).is_empty() && **act != "look";
        let acts: Vec<&str> = ACTS.iter().filter(own).copied().collect();
        let ways = Ways { units: &UNITS, acts: &acts };
        let Step { on, mut what, doer } = next(&mut self.dice, &ways, &sights, &memory);
        let act = what["act"].as_str().unwrap().to_owned();
        let Some(who) = Walk::login(&doer).filter(|_| acts.contains(&act.as_str())) else { return };
        if what["evidence"].is_array() {
            what["evidence"] = json!([self.hash]);
        }
        let allowed =
            matches!(&doer, Doer::Staff { role, .. } if table::roles(&act).contains(role));
        let expected = match allowed {
            true => memory[on].refuses(&what),
            false => Some("role_not_allowed"),
        };
        let said = format!("{who} on {}: {what}, owed {:?}", sights[on].no, memory[on].owed);
        let reply = self.files[on].case.act(&who, &what);
        let code = match reply.status {
            201 => {
                assert_eq!(expected, None, "recorded: {said}");
                self.recorded(on, &what, &sights[on], &reply.json);
                "recorded".to_owned()
            }
            404 => "not_seen".to_owned(),
            _ => {
                let code = reply.json["code"].as_str().unwrap_or_default().to_owned();
                let late = act == "correct" && code == "role_not_allowed";
                match expected {
                    Some(expected) => assert_eq!(code, expected, "{said}"),
                    None => assert!(late || !FORETOLD.contains(&code.as_str()), "{code}: {said}"),
                }
                code
            }
        };
        *self.met.entry(format!("{act} {code}")).or_default() += 1;
        *self.met.entry(code).or_default() += 1;
    }

    fn recorded(&mut self, on: usize, what: &Value, sight: &Sight, answer: &Value) {
        let act = what["act"].as_str().unwrap();
        let day: NaiveDate = self.now.date_naive();
        self.files[on].apply(&answer["entries"][0]);
        if ["merge", "split"].contains(&act) {
            let other = self.files.iter().position(|file| what["case"] == file.case.no).unwrap();
            let [one, two] = self.files.get_disjoint_mut([on, other]).unwrap();
            match act {
                "merge" => one.memory.merge_into(&one.case.no, &mut two.memory, &two.case.no),
                _ => {
                    assert!(two.memory.is_merged_into(&one.case.no), "never merged into this one");
                    one.memory.split_off(&mut two.memory, &two.case.no);
                }
            }
            two.read();
            let path = two.case.path("/outstanding");
            two.agrees(&self.world.get("supervisor-430000", &path).ok(200));
        } else {
            let numbered = what["duty"].as_u64().and_then(|no| sight.word_of(no));
            let fits = |seen: &&Seen| Some(kind_of(&seen.word)) == table::needs(act);
            let only = || sight.duties.iter().find(fits).map(|seen| seen.word.as_str());
            let word = numbered.or_else(only).map(str::to_owned);
            self.files[on].memory.record(what, &About { word, day });
        }
        self.files[on].agrees(&answer["outstanding"]);
        if answer["state"] == "closed" {
            assert!(self.files[on].memory.blocking().is_empty(), "closed with something owed");
        }
    }
}

fn no_walk_through_the_door_loses_a_case(world: &mut World) {
    let asked = std::env::var("HOTLINE_WALK_ACTS").ok();
    let wanted = asked.map_or(RECORDED, |n| n.parse().unwrap());
    world.set_clock(BEGIN);
    let now = DateTime::parse_from_rfc3339(BEGIN).unwrap();
    let (hash, files, met) = (evidence(world), Vec::new(), BTreeMap::new());
    let mut walk = Walk { world, dice: Dice::new(7), files, hash, now, met };
    while walk.met.get("recorded").is_none_or(|acts| *acts < wanted) {
        walk.begin();
        for step in 0..STEPS {
            if step % STEPS_AN_HOUR == 0 {
                walk.now += Duration::hours(1);
                world.set_clock(&walk.now.to_rfc3339());
            }
            walk.step();
        }
    }
    let count = |what: &str| walk.met.get(what).copied().unwrap_or(0);
    for what in ["approve_close recorded", "merge recorded", "decide recorded", "list recorded"] {
        assert!(count(what) >= wanted / 250, "{what}: {} only\n{:#?}", count(what), walk.met);
    }
    let audit = world.run_ok(&["audit"]);
    assert!(audit.contains(" 0 faults"), "{audit}");
}
