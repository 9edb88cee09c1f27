//! Random draws: cases that were closed or refused are checked again by a unit that had no hand in
//! them. What is drawn from and by which seed is published first, in a sealed notice; the schedule
//! draws once that notice has its place in the log.

use std::collections::HashMap;

use chrono::Duration;
use serde_json::{Map, Value, json};

use super::handle::Request;
use super::lists::span_of;
use super::notice::{NoticeKind, fields_of, notice, view};
use super::{Answer, Desk, DeskError, Once};
use crate::calendar::{Kind, Period};
use crate::clock::{Instant, new_id, random};
use crate::draw::checkers::{Rungs, rungs};
use crate::draw::select::{candidate_lines, read_candidates, salted_fingerprint};
use crate::draw::{Candidates, Seed, candidates, checker, fingerprint, select, size};
use crate::intake::fault::Wording;
use crate::intake::{Fault, Why};
use crate::ledger::{Actor, Command};
use crate::place::Code;
use crate::store::{DrawRow, Placed, Reader, Scope, StoreError, Tx};
use crate::trend::Term;

/// Most cases that one draw is made from: its population is read and given out whole.
pub const MAX_POPULATION: usize = 20_000;
/// Most cases drawn at once: each becomes an entry, all in one commit.
pub const MAX_DRAWN: usize = 1_000;
/// How far ahead a draw may be announced.
const MAX_AHEAD: Duration = Duration::days(30);
/// Draws made in one round.
const MAX_A_ROUND: i64 = 10;

/// What is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawKind {
    /// Cases struck off: were they handled as the ledger says?
    Closed,
    /// Cases not accepted (抽查不予受理): should they have been?
    Refused,
}

impl DrawKind {
    /// Both.
    pub const ALL: [DrawKind; 2] = [DrawKind::Closed, DrawKind::Refused];

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        self.term().name()
    }

    /// The name on screen, Chinese and English.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            DrawKind::Closed => ("已销号案件", "closed cases"),
            DrawKind::Refused => ("不予受理案件", "cases not accepted"),
        }
    }

    /// Looks a name up.
    pub fn find(name: &str) -> Option<DrawKind> {
        DrawKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The term of the balance by which a case came into the population.
    fn term(self) -> Term {
        match self {
            DrawKind::Closed => Term::Closed,
            DrawKind::Refused => Term::Refused,
        }
    }
}

/// A draw as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewDraw {
    /// What is drawn from.
    pub kind: DrawKind,
    /// When it was closed or refused; over by now.
    pub period: Period,
    /// Where.
    pub scope: Code,
    /// How many of a hundred, from 1.
    pub share_percent: u32,
    /// When it is drawn at the earliest; without one as soon as the announcement is sealed.
    pub draw_at: Option<Instant>,
    /// Who announces it.
    pub by: String,
}

/// The period of a name, whatever its kind.
pub fn find_period(name: &str) -> Option<Period> {
    Kind::ALL.into_iter().find_map(|kind| Period::parse(kind, name).ok())
}

/// What a draw is made from, fixed before its seed is known.
struct Ground {
    log_size: i64,
    population: Vec<String>,
    candidates: Candidates,
}

impl Desk {
    /// Announces a draw: fixes what it is made from, draws the seed, publishes both.
    pub async fn announce_draw(
        &self,
        asked: NewDraw,
        once: Option<Once>,
    ) -> Result<Answer, DeskError> {
        let now = self.clock.now();
        check(&asked, now)?;
        self.catch_up().await?;
        let (desk, wanted) = (self.clone(), asked.clone());
        let ground = self.store.read(move |db| desk.ground(db, &wanted, now)).await?;
        let desk = self.clone();
        self.store
            .write(move |tx| {
                Once::run(once.as_ref(), tx, &desk.vault, now, |tx| {
                    check_ground(tx, &asked, &ground)?;
                    let row = announce(tx, &asked, &ground, now)?;
                    Answer::json(201, &document(tx, &row, true)?)
                })
            })
            .await
    }

    /// The population as of the log that is tallied, with who may check each case.
    fn ground(
        &self,
        db: &mut Reader<'_>,
        asked: &NewDraw,
        now: Instant,
    ) -> Result<Ground, DeskError> {
        let span = span_of(&self.law, &asked.period, asked.scope, now);
        let scope = Scope::of_unit(asked.scope, self.law.units(now));
        let limit = MAX_POPULATION as i64 + 1;
        let population = db.population(asked.kind.term(), &span, &scope, limit)?;
        let (staffed, mut pasts) = (db.handling_units()?, db.pasts(&population)?);
        // Whoever goes on for the accused is kept away as well.
        for past in pasts.values_mut() {
            past.recused = self.law.units(now).with_heirs(past.recused.drain(..));
        }
        // Reckoning the rungs looks through every division there is: once for each holder.
        let mut known: HashMap<Code, Rungs> = HashMap::new();
        let mut of_case = |case: &String| {
            let past = pasts.get(case).ok_or(DeskError::Broken("a case without a past"))?;
            let above =
                known.entry(past.holder).or_insert_with(|| rungs(&self.law.divisions, past.holder));
            Ok::<_, DeskError>((case.clone(), candidates(above, past, &staffed)))
        };
        let candidates = population.iter().map(&mut of_case).collect::<Result<_, _>>()?;
        Ok(Ground { log_size: db.log_size()?, population, candidates })
    }

    /// One round of the schedule: draws what was announced, once its time has come and its
    /// announcement stands in the log.
    pub async fn run_draws(&self) -> Result<(), DeskError> {
        let now = self.clock.now();
        let due = self.store.read(move |db| db.draws_due(now, MAX_A_ROUND)).await?;
        for draw in due {
            let settled = {
                let (desk, draw) = (self.clone(), draw.clone());
                self.store.write(move |tx| settle(&desk, tx, &draw, now)).await?
            };
            if settled {
                let DrawRow { id, kind, period, scope, .. } = draw;
                tracing::info!(draw = id, kind, period, scope, "cases were drawn for a re-check");
            }
        }
        Ok(())
    }

    /// Everything by which a draw can be replayed. `whole` adds who could have checked each case,
    /// which tells who was kept away from it: for those alone whose unit holds the draw's scope.
    pub async fn draw_document(&self, id: &str, whole: bool) -> Result<Value, DeskError> {
        let id = id.to_owned();
        self.store
            .read(move |db| {
                let row = db.draw(&id)?.ok_or(DeskError::NotFound)?;
                document(db, &row, whole)
            })
            .await
    }
}

/// Draws, and writes down what came out, in the ledger of each case as well; `false` where another
/// instance was faster.
fn settle(desk: &Desk, tx: &mut Tx<'_>, draw: &DrawRow, now: Instant) -> Result<bool, DeskError> {
    if tx.draw(&draw.id)?.is_none_or(|draw| draw.result.is_some()) {
        return Ok(false);
    }
    let population: Vec<String> = draw.population.lines().map(str::to_owned).collect();
    let candidates = read_candidates(&draw.candidates).ok_or(DeskError::Broken("candidates"))?;
    let seed: Seed =
        draw.seed.as_slice().try_into().map_err(|_| DeskError::Broken("seed of a draw"))?;
    let salt = hex::encode(&draw.candidates_salt);
    let mut drawn = Vec::new();
    for case in select(&seed, &population, share(draw)) {
        let units = candidates.get(&case).map(Vec::as_slice).unwrap_or_default();
        let checker = checker(&seed, &salt, &case, units);
        if let Some(checker) = checker {
            ask_recheck(desk, tx, &draw.id, &case, checker)?;
        }
        drawn.push(json!({ "case": case, "checker": checker }));
    }
    let fields = json!({ "draw": draw.id, "drawn": drawn });
    let result = notice(NoticeKind::DrawResult, now, &fields)?;
    tx.give_notice(&result)?;
    if tx.settle_draw(&draw.id, &result.id)? {
        return Ok(true);
    }
    // The notice must not stay: the other instance has given one.
    Err(StoreError::Contended.into())
}

/// The drawn case owes a re-check from here on. One that has moved on since the announcement, was
/// reopened or is being re-checked already, stays drawn and is passed over.
fn ask_recheck(
    desk: &Desk,
    tx: &mut Tx<'_>,
    draw: &str,
    case_no: &str,
    checker: Code,
) -> Result<(), DeskError> {
    let request = Request {
        scope: Scope::service(),
        case_no: case_no.to_owned(),
        command: Command::Draw { draw: draw.to_owned(), checker },
        actor: Actor::Schedule,
        expect: None,
    };
    match desk.record(tx, &request) {
        Ok(_) | Err(DeskError::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn share(draw: &DrawRow) -> u32 {
    u32::try_from(draw.share_percent).unwrap_or(0)
}

fn announce(
    tx: &mut Tx<'_>,
    asked: &NewDraw,
    ground: &Ground,
    now: Instant,
) -> Result<DrawRow, DeskError> {
    let (id, seed, salt) = (new_id(), random::<32>(), random::<32>());
    let (period, scope) = (asked.period.name(), asked.scope.to_string());
    let draw_at = asked.draw_at.unwrap_or(now);
    let fields = json!({
        "draw": id,
        "kind": asked.kind.name(),
        "period": period,
        "scope": scope,
        "share_percent": asked.share_percent,
        "seed": hex::encode(seed),
        "log_size": ground.log_size,
        "cases": ground.population.len(),
        "population_hash": fingerprint(&ground.population),
        "candidates_hash": salted_fingerprint(&salt, &ground.candidates),
        "draw_at": draw_at,
    });
    let announced = notice(NoticeKind::DrawAnnounced, now, &fields)?;
    tx.give_notice(&announced)?;
    let row = DrawRow::new(
        [id, asked.kind.name().to_owned(), period, scope, asked.by.clone(), announced.id],
        [seed, salt],
        i32::try_from(asked.share_percent).unwrap_or(0),
        draw_at,
    );
    let row = row.over(
        ground.log_size,
        ground.population.iter().map(|case| format!("{case}\n")).collect(),
        candidate_lines(&ground.candidates),
    );
    tx.keep_draw(&row)?;
    Ok(row)
}

fn document(db: &mut Reader<'_>, row: &DrawRow, whole: bool) -> Result<Value, DeskError> {
    let announced = placed(db, &row.announced)?;
    let mut all = match fields_of(&announced.0) {
        Value::Object(fields) => fields,
        _ => return Err(DeskError::Broken("a notice without fields")),
    };
    let population: Vec<&str> = row.population.lines().collect();
    all.insert("population".into(), json!(population));
    all.insert("announced".into(), view(&announced));
    if let Some(result) = &row.result {
        let result = placed(db, result)?;
        all.insert("drawn".into(), fields_of(&result.0)["drawn"].clone());
        all.insert("result".into(), view(&result));
    }
    if whole {
        let candidates = read_candidates(&row.candidates).ok_or(DeskError::Broken("candidates"))?;
        let mut by_case = Map::new();
        for (case, units) in candidates {
            by_case.insert(case, json!(units));
        }
        all.insert("candidates".into(), Value::Object(by_case));
        all.insert("candidates_salt".into(), json!(hex::encode(&row.candidates_salt)));
    }
    Ok(Value::Object(all))
}

/// How many of the drawn cases nobody can check: the superior has to name a unit for them.
pub fn unchecked(db: &mut Reader<'_>, row: &DrawRow) -> Result<usize, DeskError> {
    let Some(result) = &row.result else { return Ok(0) };
    let fields = fields_of(&placed(db, result)?.0);
    let drawn = fields["drawn"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(drawn.iter().filter(|one| one["checker"].is_null()).count())
}

fn placed(db: &mut Reader<'_>, id: &str) -> Result<Placed, DeskError> {
    db.notice(id)?.ok_or(DeskError::Broken("a draw without its notice"))
}

const NOT_OVER: Wording = Wording {
    code: "not_over",
    zh: ("期间尚未结束", "请选择已经结束的期间"),
    en: ("is not over yet", "choose a period that has ended"),
};
const NOTHING: Wording = Wording {
    code: "nothing_to_draw",
    zh: ("该范围和期间内没有这类案件", "请换一个期间或范围"),
    en: ("has no such case within the scope", "choose another period or scope"),
};
const TOO_LARGE: Wording = Wording {
    code: "too_many_cases",
    zh: ("案件超过 20000 件", "请缩短期间或缩小范围"),
    en: ("has more than 20000 such cases", "choose a shorter period or a smaller scope"),
};
const TOO_MANY: Wording = Wording {
    code: "too_many_drawn",
    zh: ("会抽出超过 1000 件", "请降低比例"),
    en: ("would draw more than 1000 cases", "choose a smaller share"),
};
const DRAWN: Wording = Wording {
    code: "drawn_already",
    zh: ("该范围、期间和种类已经公布过抽查", "不能重抽；请查看已公布的抽查"),
    en: (
        "was announced already for this scope and kind",
        "it is not drawn twice; see the list of draws",
    ),
};

fn check(asked: &NewDraw, now: Instant) -> Result<(), DeskError> {
    let mut faults = Vec::new();
    if asked.period.to() > now {
        faults.push(Fault::new("period", Why::Own(&NOT_OVER)));
    }
    if asked.draw_at.is_some_and(|at| at > now + MAX_AHEAD || at < now) {
        faults.push(Fault::new("draw_at", Why::OutOfRange("0–30 d")));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

fn check_ground(tx: &mut Tx<'_>, asked: &NewDraw, ground: &Ground) -> Result<(), DeskError> {
    let cases = ground.population.len();
    let (name, scope) = (asked.period.name(), asked.scope.to_string());
    let fault = match cases {
        _ if tx.has_draw(asked.kind.name(), &name, &scope)? => ("period", &DRAWN),
        0 => ("period", &NOTHING),
        n if n > MAX_POPULATION => ("period", &TOO_LARGE),
        n if size(n, asked.share_percent) > MAX_DRAWN => ("share_percent", &TOO_MANY),
        _ => return Ok(()),
    };
    Err(vec![Fault::new(fault.0, Why::Own(fault.1))].into())
}
