//! The ladder of supervision as supervisors see it, and the part of it that everybody may read.

use std::collections::HashMap;

use super::{Desk, DeskError, Law};
use crate::clock::Instant;
use crate::desk::enter::Principal;
use crate::desk::handle::past_of;
use crate::ledger::entry::Turn;
use crate::ledger::situation::Proposal;
use crate::ledger::{Act, Case, DutyKind, Effect, Entry};
use crate::place::{Code, Level};
use crate::store::{CaseRow, DutyRow, ListingRow, Reader, Scope, StoreError};

/// Most cases listed at one time that are shown to one supervisor.
pub const MAX_LISTED: i64 = 200;
/// Newest live cases that are looked at for a proposal; beside them those of the overdue duties.
pub const MAX_LOOKED_AT: i64 = 200;
/// Overdue duties that are shown.
pub const MAX_OVERDUE: i64 = 50;
/// Most overdue duties that are counted: beyond, only that there are more is of use.
pub const MAX_COUNTED: i64 = 250;

/// A case that is listed now.
pub struct Listed {
    /// The case.
    pub row: CaseRow,
    /// Its title.
    pub title: String,
    /// For which situation; a word of [`crate::ledger::words::ListedFor`].
    pub situation: String,
    /// Since when.
    pub at: Instant,
    /// The duty to lift it: by whom, by when.
    pub lift: DutyRow,
    /// The progress that is awaited.
    pub progress: Option<DutyRow>,
}

/// A case that may be one for listing.
pub struct Proposed {
    /// The case.
    pub row: CaseRow,
    /// Its title.
    pub title: String,
    /// The situations with what speaks for them.
    pub proposals: Vec<Proposal>,
}

/// A duty that is late and keeps its case from closing.
pub struct Late {
    /// The case.
    pub row: CaseRow,
    /// Its title.
    pub title: String,
    /// The duty.
    pub duty: DutyRow,
    /// Whether the asker stands above the holder, and may urge it.
    pub may_urge: bool,
}

/// What a supervisor has to look at.
pub struct Supervision {
    /// Overdue progress first, then by date.
    pub listed: Vec<Listed>,
    /// Newest first.
    pub proposed: Vec<Proposed>,
    /// Most overdue first.
    pub late: Vec<Late>,
    /// How many are late, those that are not shown included; at most [`MAX_COUNTED`].
    pub all_late: usize,
}

/// A listing as it is published.
pub struct Published {
    /// The listing.
    pub row: ListingRow,
    /// Its place, no nearer than the county.
    pub place: Option<Code>,
    /// The unit that listed.
    pub unit: String,
    /// The last day in time, as it stands.
    pub due: Option<Instant>,
    /// The times that were granted beyond the first.
    pub extensions: Vec<Extension>,
}

/// More time for a listing.
pub struct Extension {
    /// When it was granted.
    pub at: Instant,
    /// Until when.
    pub until: Option<Instant>,
    /// Why, as written for the public.
    pub reason: String,
}

impl Desk {
    /// The situations that a case within the scope may fit.
    pub async fn situations(&self, scope: Scope, no: &str) -> Result<Vec<Proposal>, DeskError> {
        let (law, now, no) = (self.law.clone(), self.clock.now(), no.to_owned());
        self.store
            .read(move |db| {
                let row = db.case(&scope, &no)?.ok_or(DeskError::NotFound)?;
                let found = looked_at(db, &[row], &law, now)?;
                Ok(found.into_values().next().unwrap_or_default())
            })
            .await
    }

    /// What is listed, may be listed, and is late within a supervisor's reach.
    pub async fn supervision(&self, who: &Principal) -> Result<Supervision, DeskError> {
        let (law, now, who) = (self.law.clone(), self.clock.now(), who.clone());
        self.store
            .read(move |db| {
                let scope = who.scope();
                let ground = law.ground(now);
                let above = |row: &CaseRow| {
                    row.holder.parse().is_ok_and(|holder: Code| ground.holds(who.unit, holder))
                };
                let late = db.overdue_blocking(&scope, now, MAX_OVERDUE)?;
                let all_late = db.count_overdue_blocking(&scope, now, MAX_COUNTED)?;
                let mut rows = db.unlisted(&scope, MAX_LOOKED_AT)?;
                let listed = db.listed_now(&scope, MAX_LISTED)?;
                // Whoever sits on a case has long been late with it, and it is not among the newest.
                let known = |rows: &[CaseRow], no: &str| rows.iter().any(|row| row.no == no);
                for (row, _) in &late {
                    if !known(&rows, &row.no) && !known(&listed, &row.no) {
                        rows.push(row.clone());
                    }
                }
                rows.retain(above);
                let mut found = looked_at(db, &rows, &law, now)?;
                rows.retain(|row| found.get(&row.no).is_some_and(|found| !found.is_empty()));
                let all: Vec<CaseRow> = rows.iter().chain(&listed).cloned().collect();
                let mut titles: HashMap<String, String> = db.titles(&all)?.into_iter().collect();
                let of_late: Vec<CaseRow> = late.iter().map(|(row, _)| row.clone()).collect();
                titles.extend(db.titles(&of_late)?);
                let title = |row: &CaseRow| titles.get(&row.no).cloned().unwrap_or_default();
                let proposed = rows.into_iter().map(|row| Proposed {
                    title: title(&row),
                    proposals: found.remove(&row.no).unwrap_or_default(),
                    row,
                });
                let late = late.into_iter().map(|(row, duty)| Late {
                    title: title(&row),
                    may_urge: above(&row),
                    duty,
                    row,
                });
                Ok(Supervision {
                    proposed: proposed.collect(),
                    late: late.collect(),
                    all_late,
                    listed: listed_now(db, listed, &title, now)?,
                })
            })
            .await
    }

    /// Listings of all times, newest first, those before a place in the log.
    pub async fn published_listings(
        &self,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Published>, DeskError> {
        self.store.read(move |db| published(db, before, limit)).await
    }
}

/// The situations of a case in memory; `said` is what informants wrote.
pub fn proposals<'a>(
    law: &Law,
    case: &Case,
    entries: impl Iterator<Item = &'a Entry>,
    mut said: Vec<&'a str>,
    now: Instant,
) -> Vec<Proposal> {
    let mut past = Vec::new();
    for entry in entries {
        past.push(past_of(entry));
        if entry.act == Act::Verify {
            said.extend(entry.fields["text"].as_str());
        }
    }
    law.situations.propose(case, &past, &said, now)
}

/// The situations that each of these cases may fit, by number.
fn looked_at(
    db: &mut Reader<'_>,
    rows: &[CaseRow],
    law: &Law,
    now: Instant,
) -> Result<HashMap<String, Vec<Proposal>>, StoreError> {
    let accounts = db.accounts(rows)?;
    let ledgers = db.ledgers(rows)?;
    let mut found = HashMap::new();
    for ledger in ledgers.chunk_by(|a, b| a.entry.case == b.entry.case) {
        let entries = || ledger.iter().map(|stored| &stored.entry);
        let Some(case) = Case::replay(entries()) else { continue };
        let mine = accounts.iter().filter(|(no, _)| *no == case.no);
        let said = mine.map(|(_, text)| text.as_str()).collect();
        let proposals = proposals(law, &case, entries(), said, now);
        found.insert(case.no, proposals);
    }
    Ok(found)
}

/// Cases that are listed, with what is awaited of them.
fn listed_now(
    db: &mut Reader<'_>,
    rows: Vec<CaseRow>,
    title: &impl Fn(&CaseRow) -> String,
    now: Instant,
) -> Result<Vec<Listed>, StoreError> {
    let mut situations: HashMap<String, (String, Instant)> = HashMap::new();
    for stored in db.entries_of_acts(&rows, &["list"])? {
        let entry = stored.entry;
        let situation = entry.fields["situation"].as_str().unwrap_or_default().to_owned();
        situations.insert(entry.case, (situation, entry.recorded_at));
    }
    let mut owed: HashMap<(String, String), DutyRow> = HashMap::new();
    for (no, duty) in db.open_duties(&rows)? {
        owed.insert((no, duty.kind.clone()), duty);
    }
    let mut duty = |no: &str, kind: DutyKind| owed.remove(&(no.to_owned(), kind.name().to_owned()));
    let mut listed: Vec<Listed> = rows
        .into_iter()
        .filter_map(|row| {
            let (situation, at) = situations.remove(&row.no)?;
            let lift = duty(&row.no, DutyKind::Lift)?;
            let progress = duty(&row.no, DutyKind::Progress);
            Some(Listed { title: title(&row), situation, at, lift, progress, row })
        })
        .collect();
    listed.sort_by_key(|one| {
        let late = one.progress.as_ref().and_then(DutyRow::due_at).filter(|due| *due < now);
        (late.is_none(), late, one.lift.due_at().is_none(), one.lift.due_at())
    });
    Ok(listed)
}

fn published(
    db: &mut Reader<'_>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Published>, DeskError> {
    let rows = db.listings(before, limit)?;
    let cases: Vec<String> = rows.iter().map(|row| row.case_no.clone()).collect();
    let entries = db.entries_of_listing(&cases)?;
    let lifts = db.lifts(&cases)?;
    let publish = |row: ListingRow| {
        let mine = || entries.iter().map(|s| &s.entry).filter(|entry| entry.case == row.case_no);
        let no = mine().find(|entry| entry.recorded_at == row.at()).and_then(lift_of);
        let is_mine = |duty: &DutyRow| no.is_some_and(|no| u32::try_from(duty.no) == Ok(no));
        let lift = lifts.iter().find(|(case, duty)| *case == row.case_no && is_mine(duty));
        Published {
            place: row.place.parse().ok().and_then(county),
            unit: row.unit.clone(),
            due: lift.and_then(|(_, duty)| duty.due_at()),
            extensions: no.map_or_else(Vec::new, |no| {
                mine().filter_map(|entry| extension(entry, no)).collect()
            }),
            row,
        }
    };
    Ok(rows.into_iter().map(publish).collect())
}

/// A place, no nearer than the county: whoever reported it is not to be guessed from a village.
fn county(place: Code) -> Option<Code> {
    place.chain().into_iter().find(|code| code.level() != Level::Township)
}

/// The duty to lift that an entry opened.
fn lift_of(entry: &Entry) -> Option<u32> {
    entry.effects.iter().find_map(|effect| match effect {
        Effect::Open { no, duty: DutyKind::Lift, .. } => Some(*no),
        _ => None,
    })
}

/// More time that an entry granted for a duty.
fn extension(entry: &Entry, duty: u32) -> Option<Extension> {
    let until = entry.effects.iter().find_map(|effect| match effect {
        Effect::Clock { no, due, turn: Turn::Extend { .. }, .. } if *no == duty => Some(*due),
        _ => None,
    })?;
    let reason = entry.fields["text"].as_str().unwrap_or_default().to_owned();
    Some(Extension { at: entry.recorded_at, until, reason })
}
