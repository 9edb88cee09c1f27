//! The rows of a case, held against what its entries say.

use std::collections::BTreeSet;

use super::Checked;
use super::case::Replayed;
use super::fault::{Audit, Fault};
use crate::ledger::Duty;
use crate::ledger::State;
use crate::store::{DutyRow, Kept, RawCase, RawTip, TallyRows, stage_name};

/// The rows of a stretch that are not looked at yet, each kind in order of case.
pub(super) struct Standing<'a> {
    duties: &'a [(String, DutyRow)],
    units: &'a [(String, String)],
    recusals: &'a [(String, String, bool)],
    tips: &'a [RawTip],
    tally: Tallied<'a>,
}

/// The rows of one case.
pub(super) struct Stands<'a> {
    pub case: &'a RawCase,
    pub duties: &'a [(String, DutyRow)],
    pub units: &'a [(String, String)],
    pub recusals: &'a [(String, String, bool)],
    pub tips: &'a [RawTip],
    tally: Tallied<'a>,
}

/// The rows of figures, each kind in order of case: from where to where those of the case stand.
macro_rules! tallied {
    ($($kind:ident),*) => {
        #[derive(Clone, Copy)]
        struct Tallied<'a> {
            rows: &'a TallyRows,
            $($kind: (usize, usize),)*
        }

        impl<'a> Tallied<'a> {
            fn of(rows: &'a TallyRows) -> Tallied<'a> {
                Tallied { rows, $($kind: (0, 0),)* }
            }

            /// Moves on to the rows of this case; those before it belong to none.
            fn move_to(&mut self, audit: &mut Audit, no: &str) {
                $({
                    let left = &self.rows.$kind[self.$kind.1..];
                    let stray = left.iter().take_while(|row| row.case_no.as_str() < no).count();
                    strays(audit, stringify!($kind), left[..stray].iter().map(|row| &row.case_no));
                    let from = self.$kind.1 + stray;
                    let mine = left[stray..].iter().take_while(|row| row.case_no == no).count();
                    self.$kind = (from, from + mine);
                })*
            }

            fn after_all(&self, audit: &mut Audit) {
                $({
                    let left = &self.rows.$kind[self.$kind.1..];
                    strays(audit, stringify!($kind), left.iter().map(|row| &row.case_no));
                })*
            }

            fn compare(&self, audit: &mut Audit, no: &str, replayed: &TallyRows) {
                $(if self.rows.$kind[self.$kind.0..self.$kind.1] != replayed.$kind[..] {
                    let what = concat!("its rows in ", stringify!($kind), " differ from the log");
                    audit.fault(Fault::beside(format!("case {no}"), what));
                })*
            }
        }
    };
}
tallied!(movements, arrivals, holdings, obligations, milestones, listings, outcomes, withheld);

impl<'a> Standing<'a> {
    pub fn of(kept: &'a Kept) -> Standing<'a> {
        Standing {
            duties: &kept.duties,
            units: &kept.units,
            recusals: &kept.recusals,
            tips: &kept.tips,
            tally: Tallied::of(&kept.tally),
        }
    }

    /// The rows of the next case.
    pub fn of_case(&mut self, audit: &mut Audit, case: &'a RawCase) -> Stands<'a> {
        let no = &case.no;
        self.tally.move_to(audit, no);
        Stands {
            case,
            duties: next(audit, "duties", &mut self.duties, no, |row| &row.0),
            units: next(audit, "case_units", &mut self.units, no, |row| &row.0),
            recusals: next(audit, "case_recusals", &mut self.recusals, no, |row| &row.0),
            tips: next(audit, "tips", &mut self.tips, no, |tip| &tip.row.case_no),
            tally: self.tally,
        }
    }

    /// What is left after the last case belongs to none.
    pub fn after_all(self, audit: &mut Audit) {
        strays(audit, "duties", self.duties.iter().map(|row| &row.0));
        strays(audit, "case_units", self.units.iter().map(|row| &row.0));
        strays(audit, "case_recusals", self.recusals.iter().map(|row| &row.0));
        strays(audit, "tips", self.tips.iter().map(|tip| &tip.row.case_no));
        self.tally.after_all(audit);
    }
}

/// The rows of the next case; those before it belong to none.
fn next<'a, T>(
    audit: &mut Audit,
    table: &str,
    rows: &mut &'a [T],
    no: &str,
    of: impl Fn(&T) -> &String,
) -> &'a [T] {
    let stray = rows.iter().take_while(|row| of(row).as_str() < no).count();
    strays(audit, table, rows[..stray].iter().map(&of));
    let mine = rows[stray..].iter().take_while(|row| of(row) == no).count();
    let (mine, rest) = rows[stray..].split_at(mine);
    *rows = rest;
    mine
}

fn strays<'a>(audit: &mut Audit, table: &str, cases: impl Iterator<Item = &'a String>) {
    for no in cases {
        let what = format!("a row in {table}, and none of the case");
        audit.fault(Fault::beside(format!("case {no}"), what));
    }
}

/// Compares the rows of a case with its replay.
pub(super) fn compare(checked: &mut Checked, stands: &Stands<'_>, replayed: Replayed) {
    let Replayed { case, figures, admitted, times: (opened_at, changed_at), .. } = &replayed;
    let (row, audit) = (stands.case, &mut checked.audit);
    let no = &row.no;
    let mut differs = |what: String| audit.fault(Fault::beside(format!("case {no}"), what));
    let pairs = [
        ("last entry", row.last_seq.to_string(), case.last_seq.to_string()),
        ("stage", row.stage.clone(), stage_name(case.is.stage).to_owned()),
        ("state", row.state.clone(), State::of(case).code().to_owned()),
        ("holder", row.holder.clone(), case.is.holder.to_string()),
        ("place", row.place.clone(), case.is.place.to_string()),
        ("category", row.category.clone(), case.is.category.code().to_owned()),
        ("severity", row.severity.clone(), case.is.severity.code().to_owned()),
        ("number of duties", stands.duties.len().to_string(), case.duties.len().to_string()),
    ];
    for (what, stands, replayed) in pairs {
        if stands != replayed {
            differs(format!("{what} stands as {stands}, replayed as {replayed}"));
        }
    }
    if row.opened_at != *opened_at {
        differs("when it was opened differs from its first entry".to_owned());
    }
    if row.changed_at != *changed_at {
        differs("when it was changed differs from its last entry".to_owned());
    }
    if !stands.units.iter().map(|row| &row.1).eq(admitted) {
        differs("the units that may see it differ from the replay".to_owned());
    }
    let recusals = case.recused.iter().map(|one| (one.unit.to_string(), one.provisional));
    let recusals: BTreeSet<(String, bool)> = recusals.collect();
    if !stands.recusals.iter().map(|row| (row.1.clone(), row.2)).eq(recusals) {
        differs("the units kept away differ from the replay".to_owned());
    }
    for (duty, (_, row)) in case.duties.iter().zip(stands.duties) {
        if !is_same(duty, row) {
            let whose = format!("case {no} duty {}", duty.no);
            audit.fault(Fault::beside(whose, "the row differs from the replay"));
        }
    }
    let closed = State::of(case) == State::Closed;
    if closed && case.duties.iter().any(|duty| duty.blocks()) {
        audit.fault(Fault::beside(format!("case {no}"), "closed with something outstanding"));
    }
    stands.tally.compare(audit, no, figures);
    match &case.shelf {
        Some(shelf) => {
            checked.merged.push((no.clone(), row.carrier.clone(), shelf.into.clone()));
        }
        None if row.carrier != *no => {
            let what = format!("its tips stand with {}, replayed with {no}", row.carrier);
            audit.fault(Fault::beside(format!("case {no}"), what));
        }
        None => {}
    }
}

fn is_same(duty: &Duty, row: &DutyRow) -> bool {
    i64::from(row.no) == i64::from(duty.no)
        && row.kind == duty.kind.name()
        && row.owner == duty.owner.to_string()
        && row.tip == duty.tip
        && row.opened_at() == duty.opened_at
        && row.due_at() == duty.due_at
        && row.rule == duty.rule
        && row.blocking == duty.kind.is_blocking()
        && row.paused == duty.paused
        && row.status == duty.status.name()
        && row.ended_at() == duty.ended_at
}
