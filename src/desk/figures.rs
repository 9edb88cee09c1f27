//! Reports: the figures of a period and a scope, read within one snapshot of the tally.

use super::lists::span_of;
use super::marks::{campaigns, channels, enquiries};
use super::seal::TALLY;
use super::{Desk, DeskError, Law};
use crate::calendar::Period;
use crate::clock::Instant;
use crate::place::{Code, Level, Units};
use crate::report::{
    self, Below, Clocks, Counts, Deeds, Enquiries, Figures, Imported, Made, Mark, Point,
};
use crate::store::{Grain, Reader, SERIES, Span, StoreError};
use crate::trend::Ratio;

impl Desk {
    /// Builds a report as of now; the log is sealed and tallied first. A period that does not
    /// balance is an error: it cannot be published.
    pub async fn build_report(&self, period: Period, scope: Code) -> Result<Made, DeskError> {
        self.catch_up().await?;
        let desk = self.clone();
        self.store
            .read(move |db| {
                // What is sealed by now and not tallied is not in the figures.
                let log_size = db.cursor(TALLY)?;
                let as_of = span_of(&desk.law, &period, scope, desk.clock.now()).to;
                let pin = Pin { period, scope, as_of, log_size };
                let beside = Beside::read(db, &desk.law, &pin)?;
                draw_up(db, &desk.law, &pin, beside)
            })
            .await
    }
}

/// What a report is a function of, besides the law: nothing that happens later changes it.
#[derive(Clone, Debug)]
pub struct Pin {
    /// The period.
    pub period: Period,
    /// Whose.
    pub scope: Code,
    /// The instant up to which it sees.
    pub as_of: Instant,
    /// The place in the log up to which it sees.
    pub log_size: i64,
}

/// What a report says that is not made of cases: what it must be read with, and enquiries.
pub(super) struct Beside {
    campaigns: Vec<Mark>,
    enquiries: Enquiries,
    /// The root of the log up to the place that the report sees, in hexadecimal.
    log_root: String,
}

impl Beside {
    pub fn read(db: &mut Reader<'_>, law: &Law, pin: &Pin) -> Result<Beside, DeskError> {
        let span = span_of(law, &pin.period, pin.scope, pin.as_of);
        let campaigns = campaigns(db, &span, pin.log_size)?;
        let log_root = hex::encode(db.root_at(pin.log_size)?);
        Ok(Beside { campaigns, enquiries: enquiries(db, &span)?, log_root })
    }
}

/// Draws a report up from a tally that has come as far as the pin says.
pub(super) fn draw_up(
    db: &mut Reader<'_>,
    law: &Law,
    pin: &Pin,
    beside: Beside,
) -> Result<Made, DeskError> {
    let Pin { period, scope, as_of, log_size } = pin;
    let below = law.below(*scope);
    let grain = grain_of(*scope, &below);
    let kept_from = kept_from(db, law.units(*as_of), *scope)?;
    let span = |period: &Period| Span {
        kept_from: kept_from.clone(),
        ..span_of(law, period, *scope, *as_of)
    };
    let mut this = read(db, &span(period), grain)?;
    this.marks = beside.campaigns;
    this.marks.extend(channels(db, &span(period))?);
    this.enquiries = beside.enquiries;
    this.balance.check()?;
    this.pending.check()?;
    let year_before = read_base(db, &span(&period.year_before()), grain)?;
    let previous = read_base(db, &span(&period.previous()), grain)?;
    let series = read_series(db, period, &span(period))?;
    let (rules, data) = (law.rules.version_at(*as_of), law.sources());
    let (scope, log_size, now) = (*scope, *log_size, *as_of);
    let log_root = &*beside.log_root;
    let head = report::Head { period, scope, log_size, log_root, now, rules, data };
    let counts = Counts {
        this: &this,
        year_before: &year_before,
        previous: &previous,
        series,
        below: &below,
    };
    report::build(&head, counts, &law.divisions).map_err(|_| DeskError::Broken("report"))
}

/// Recusals whose cases a unit's own report leaves out, of every table: a count that is one too high
/// would tell the accused. What is published for the whole nation counts everything (DOMAIN 4b).
fn kept_from(db: &mut Reader<'_>, units: &Units, scope: Code) -> Result<Vec<String>, StoreError> {
    if scope == Code::NATION {
        return Ok(Vec::new());
    }
    db.recusals_of(&units.barring(scope))
}

/// As coarse as the rows of the report allow: each place that is told apart is a row to read.
fn grain_of(scope: Code, below: &Below) -> Grain {
    match scope.level() {
        Level::Nation => Grain::Province,
        // Codes of its divisions may be of any level.
        Level::Province if scope.is_body() && !below.are_townships() => Grain::County,
        Level::Township => Grain::Township,
        _ if below.are_townships() => Grain::Township,
        _ => Grain::County,
    }
}

fn read(db: &mut Reader<'_>, span: &Span, grain: Grain) -> Result<Figures, DeskError> {
    let mut figures = read_base(db, span, grain)?;
    (figures.pending, figures.balance) = db.balance(span)?;
    for (place, rate) in db.on_time(span, grain)? {
        let on_time = &mut figures.place(code(&place)?).on_time;
        (on_time.num, on_time.den) = (on_time.num + rate.num, on_time.den + rate.den);
    }
    let (accepted, closed) = db.imported(span)?;
    figures.imported = Imported { accepted, closed };
    for row in db.cohorts(span, grain)? {
        let place = figures.place(code(&row.place)?);
        place.cohort.accepted += row.accepted;
        place.cohort.closed += row.closed;
        place.cohort.late += row.late;
        place.imported.accepted += row.imported;
        place.imported.closed += row.imported_closed;
    }
    figures.deeds = read_deeds(db, span)?;
    Ok(figures)
}

/// What the indicators and outcomes are made of; of the whole scope only.
fn read_deeds(db: &mut Reader<'_>, span: &Span) -> Result<Deeds, DeskError> {
    let mut deeds = Deeds {
        acceptance: db.acceptance(span)?,
        response: db.response(span)?,
        reopenings: db.reopenings(span)?,
        ..Deeds::default()
    };
    for row in db.clocked(span)? {
        let Clocks { on_time, early, saved } = deeds.duties.entry(row.kind).or_default();
        on_time.add(Ratio { num: row.in_time, den: row.due });
        early.add(Ratio { num: row.early, den: row.timed });
        *saved += row.saved;
    }
    for row in db.marked(span)? {
        *deeds.marks.entry(row.kind).or_default().entry(row.word).or_default() += row.n;
    }
    for row in db.outcomes(span)? {
        *deeds.outcomes.entry(row.kind).or_default().entry(row.stage).or_default() +=
            row.hundredths;
    }
    for row in db.listed(span)? {
        *deeds.listed.entry(row.kind).or_default().entry(row.word).or_default() += row.n;
    }
    Ok(deeds)
}

/// What a period is compared by: counts, without balance and rates.
fn read_base(db: &mut Reader<'_>, span: &Span, grain: Grain) -> Result<Figures, DeskError> {
    let mut figures = Figures { to: Some(span.to), ..Figures::default() };
    for row in db.tips_by_class(span)? {
        *figures.by_channel.entry(row.channel).or_default() += row.n;
        *figures.by_category.entry(row.category).or_default() += row.n;
        figures.received += row.n;
    }
    let mut by_place = db.tips_by_place(span, grain)?;
    by_place.extend(db.cases_by_place(span, grain)?);
    for row in by_place {
        let place = figures.place(code(&row.place)?);
        match row.term.as_str() {
            "tips" => place.received += row.n,
            "accepted" => place.accepted += row.n,
            "closed" => place.closed += row.n,
            _ => place.refused += row.n,
        }
    }
    Ok(figures)
}

/// The trend: periods that follow one another without a gap and end with this one.
fn read_series(db: &mut Reader<'_>, period: &Period, span: &Span) -> Result<Vec<Point>, DeskError> {
    let back = std::iter::successors(Some(period.clone()), |later| Some(later.previous()));
    let mut periods: Vec<Period> = back.take(SERIES).collect();
    periods.reverse();
    let mut ends = [span.to; SERIES + 1];
    for (end, period) in ends.iter_mut().zip(&periods) {
        *end = period.from();
    }
    let named = |period: &Period| Point { period: period.name(), ..Point::default() };
    let mut points: Vec<Point> = periods.iter().map(named).collect();
    for row in db.series(span, ends)? {
        let nth = usize::try_from(row.nth).ok().and_then(|nth| points.get_mut(nth));
        let point = nth.ok_or(DeskError::Broken("series"))?;
        match row.term.as_str() {
            "tips" => point.received += row.n,
            "accepted" => point.accepted += row.n,
            _ => point.closed += row.n,
        }
    }
    Ok(points)
}

/// The division whose code begins with these digits.
fn code(digits: &str) -> Result<Code, DeskError> {
    digits.parse().map_err(|_| DeskError::Broken("place"))
}
