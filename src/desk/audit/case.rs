//! The check of a stretch of cases: every entry against its leaf, and what follows from the entries
//! against the rows.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDateTime;

use super::book::Book;
use super::fault::{Audit, Fault};
use super::rows::{self, Standing};
use super::said::{self, Said};
use super::{Checked, Part};
use crate::calendar::Workdays;
use crate::ledger::entry::TipMark;
use crate::ledger::{Case, Effect, Entry, State};
use crate::seal;
use crate::store::{RawEntry, TallyRows};
use crate::vault::Vault;

/// Checks a stretch.
pub(super) fn check(part: &Part, workdays: &Workdays, vault: &Vault) -> Checked {
    let mut checked = Checked::default();
    let kept = match &part.kept {
        Ok(kept) => kept,
        Err(error) => {
            let whose = match &part.stretch.last {
                Some(last) => format!("case {last}"),
                None => format!("rows after case {}", part.stretch.after),
            };
            checked.audit.fault(Fault::beside(whose, error.to_string()));
            return checked;
        }
    };
    let ground = Ground {
        said: Said::of(kept),
        waiting: kept.waiting.iter().map(String::as_str).collect(),
        tallied: kept.tallied,
        workdays,
        vault,
    };
    let mut standing = Standing::of(kept);
    let mut entries = &kept.entries[..];
    for row in &kept.cases {
        checked.audit.cases += 1;
        strays(&mut checked.audit, &mut entries, &row.no);
        let mine = entries.iter().take_while(|entry| entry.case_no == row.no).count();
        let (mine, rest) = entries.split_at(mine);
        entries = rest;
        let stands = standing.of_case(&mut checked.audit, row);
        let Some(replayed) = replay(&mut checked, &ground, mine, &row.no) else { continue };
        said::compare(&mut checked.audit, &ground, &stands, &replayed);
        rows::compare(&mut checked, &stands, replayed);
    }
    checked.audit.entries += entries.len() as u64;
    for stray in entries {
        let what = "its case has no row";
        checked.audit.fault(Fault::of_entry(stray.pos, &stray.case_no, stray.seq, what));
    }
    standing.after_all(&mut checked.audit);
    checked
}

/// What checking an entry needs besides the entry.
pub(super) struct Ground<'a> {
    pub said: Said<'a>,
    waiting: HashSet<&'a str>,
    tallied: i64,
    workdays: &'a Workdays,
    pub vault: &'a Vault,
}

/// Entries before this case belong to cases without a row.
fn strays(audit: &mut Audit, entries: &mut &[RawEntry], no: &str) {
    let stray = entries.iter().take_while(|entry| entry.case_no.as_str() < no).count();
    let (stray, rest) = entries.split_at(stray);
    *entries = rest;
    audit.entries += stray.len() as u64;
    for one in stray {
        let what = "its case has no row";
        audit.fault(Fault::of_entry(one.pos, &one.case_no, one.seq, what));
    }
}

/// What the entries of a case tell.
pub(super) struct Replayed {
    pub case: Case,
    pub figures: TallyRows,
    /// Units that hold the case or ever held it, or owe or ever owed it a duty: they may see it.
    pub admitted: BTreeSet<String>,
    /// The tip that opened it, and the entry that took it in.
    pub opened: Option<(TipMark, String)>,
    /// When its first and its last entry were recorded.
    pub times: (NaiveDateTime, NaiveDateTime),
}

/// Replays a case; nothing where an entry is bad, for then what follows from it cannot be told.
fn replay(
    checked: &mut Checked,
    ground: &Ground<'_>,
    stored: &[RawEntry],
    no: &str,
) -> Option<Replayed> {
    let before = checked.audit.count;
    checked.audit.entries += stored.len() as u64;
    let mut case: Option<Case> = None;
    let mut book = Book::default();
    let mut last: Option<(Entry, Option<i64>)> = None;
    let (mut admitted, mut opened) = (BTreeSet::new(), None);
    for (seq, row) in (1..).zip(stored) {
        if row.seq != seq {
            let what = format!("entry {seq} of the case is not there");
            checked.audit.fault(Fault::of_entry(row.pos, no, row.seq, what));
            return None;
        }
        let entry = match read(row, last.as_ref(), ground) {
            Ok(entry) => entry,
            Err(what) => {
                checked.audit.fault(Fault::of_entry(row.pos, no, seq, what));
                return None;
            }
        };
        match &mut case {
            Some(case) => case.apply(&entry),
            None => case = Case::begin(&entry),
        }
        let told = case.as_ref().map(State::of);
        if told != Some(entry.state) {
            let what = "the case does not stand as it says after it";
            checked.audit.fault(Fault::of_entry(row.pos, no, seq, what));
        }
        if let Some(pos) = row.pos.filter(|pos| *pos <= ground.tallied) {
            book.take(pos, &entry, ground.workdays);
        }
        let first = case.as_ref().and_then(|case| case.tips.first());
        let first = first.map(|tip| tip.number.as_str());
        if let Err(what) = ground.said.fits(row, &entry, first) {
            checked.audit.fault(Fault::of_entry(row.pos, no, seq, what));
        }
        for name in files_of(&entry) {
            let what = format!("file {name}, which it names, has no row that keeps it");
            checked.files.push((Fault::of_entry(row.pos, no, seq, what), name));
        }
        admit(&mut admitted, &entry);
        if let Some(mark) = &entry.tip {
            opened.get_or_insert_with(|| (mark.clone(), row.id.clone()));
        }
        last = Some((entry, row.pos));
    }
    let Some(case) = case else {
        checked.audit.fault(Fault::beside(format!("case {no}"), "no entries to replay"));
        return None;
    };
    let times = (stored.first()?.recorded_at, stored.last()?.recorded_at);
    let figures = book.rows();
    let replayed = Replayed { case, figures, admitted, opened, times };
    (checked.audit.count == before).then_some(replayed)
}

fn admit(admitted: &mut BTreeSet<String>, entry: &Entry) {
    admitted.insert(entry.is.holder.to_string());
    for effect in &entry.effects {
        if let Effect::Open { owner, .. } | Effect::Hand { owner, .. } = effect {
            admitted.insert(owner.to_string());
        }
    }
}

/// Reads an entry and holds it against its leaf, its row and the entry before it.
fn read(
    row: &RawEntry,
    last: Option<&(Entry, Option<i64>)>,
    ground: &Ground<'_>,
) -> Result<Entry, &'static str> {
    if seal::leaf(&row.salt, row.body.as_bytes()) != row.leaf {
        return Err("its bytes do not fit its leaf");
    }
    let Ok(entry) = serde_json::from_str::<Entry>(&row.body) else {
        return Err("it cannot be read");
    };
    if seal::canonical(&entry).ok().as_deref() != Some(row.body.as_str()) {
        return Err("its bytes are not canonical");
    }
    let same = i64::from(entry.seq) == i64::from(row.seq)
        && entry.case == row.case_no
        && entry.act.name() == row.act
        && entry.recorded_at.naive_utc() == row.recorded_at;
    if !same {
        return Err("its row differs from what it says");
    }
    if entry.stated_at > entry.recorded_at {
        return Err("stated after it was recorded");
    }
    if row.pos.is_none() && !ground.waiting.contains(row.id.as_str()) {
        return Err("it has no place in the log and waits for none");
    }
    match last {
        None if entry.was.is_some() => Err("it follows on an entry that is not there"),
        Some((before, _)) if entry.was != Some(before.is) => {
            Err("it does not follow on the entry before it")
        }
        Some((before, _)) if entry.recorded_at < before.recorded_at => {
            Err("recorded before the entry that it follows")
        }
        // A place that is not there yet comes after every place that is.
        Some((_, before)) if row.pos.unwrap_or(i64::MAX) < before.unwrap_or(i64::MAX) => {
            Err("it stands in the log before the entry that it follows")
        }
        _ => Ok(entry),
    }
}

/// The files that an entry names: those of a tip, and evidence.
fn files_of(entry: &Entry) -> Vec<String> {
    let of_tip = entry.tip.iter().flat_map(|tip| tip.files.iter().cloned());
    let evidence = entry.fields["evidence"].as_array().into_iter().flatten();
    of_tip.chain(evidence.filter_map(|hash| hash.as_str().map(str::to_owned))).collect()
}
