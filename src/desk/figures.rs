//! Reports: the figures of a period and a scope, read within one snapshot of the tally.

use super::lists::span_of;
use super::{Desk, DeskError};
use crate::calendar::Period;
use crate::place::Code;
use crate::report::{self, Figures, Made};
use crate::store::{Reader, Span};

impl Desk {
    /// Builds a report as of now; the log is sealed and tallied first. A period that does not
    /// balance is an error: it cannot be published.
    pub async fn build_report(&self, period: Period, scope: Code) -> Result<Made, DeskError> {
        self.catch_up().await?;
        let desk = self.clone();
        self.store
            .read(move |db| {
                let now = desk.clock.now();
                let figures =
                    |period: &Period, db: &mut Reader<'_>| read(db, &span_of(period, scope, now));
                let this = figures(&period, db)?;
                this.balance.check()?;
                this.pending.check()?;
                let year_before = figures(&period.year_before(), db)?;
                let previous = figures(&period.previous(), db)?;
                let log_size = db.log_size()?;
                let compared = report::Compared { year_before: &year_before, previous: &previous };
                let head = report::Head {
                    period: &period,
                    scope,
                    log_size,
                    now,
                    rules: desk.law.rules.version(),
                };
                report::build(&head, &this, &compared, &desk.law.divisions)
                    .map_err(|_| DeskError::Broken("report"))
            })
            .await
    }
}

fn read(db: &mut Reader<'_>, span: &Span) -> Result<Figures, DeskError> {
    let mut figures = Figures { to: Some(span.to), ..Figures::default() };
    (figures.pending, figures.balance) = db.balance(span)?;
    for row in db.tips_by_class(span)? {
        *figures.by_channel.entry(row.channel).or_default() += row.n;
        *figures.by_category.entry(row.category).or_default() += row.n;
        figures.province(&row.province).received += row.n;
        figures.received += row.n;
    }
    for row in db.cases_by_place(span)? {
        let province = figures.province(&row.province);
        match row.term.as_str() {
            "accepted" => province.accepted += row.n,
            "closed" => province.closed += row.n,
            _ => province.refused += row.n,
        }
    }
    for (code, rate) in db.on_time(span)? {
        figures.province(&code).on_time = rate;
    }
    for (code, rate) in db.closure(span)? {
        figures.province(&code).closure = rate;
    }
    Ok(figures)
}
