//! Entries: written once, in one commit with everything that follows from them.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::cases::CaseRow;
use super::error::StoreError;
use super::schema::{case_recusals, case_units, cases, duties, entries, tip_words, tips, unsealed};
use super::session::{Reader, Tx};
use crate::intake::likeness::{accused_key, place_key};
use crate::ledger::{Effect, Entry, Stage, duty::Status, entry::Turn};
use crate::place::Code;
use crate::seal;

/// An entry as it is kept: the canonical bytes, their salt, the leaf over both.
#[derive(Clone)]
pub struct StoredEntry {
    /// Identifier, rising with time.
    pub id: String,
    /// The entry.
    pub entry: Entry,
    /// Its canonical bytes.
    pub body: String,
    /// Salt of its leaf.
    pub salt: Vec<u8>,
    /// Its leaf in the log, in hexadecimal.
    pub leaf: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = entries)]
pub(super) struct Row {
    id: String,
    pub case_no: String,
    pub seq: i32,
    act: String,
    recorded_at: NaiveDateTime,
    body: String,
    salt: Vec<u8>,
    leaf: String,
}

impl Row {
    pub fn read(self) -> Result<StoredEntry, StoreError> {
        let unreadable =
            || StoreError::unreadable(format!("entry {} of case {}", self.seq, self.case_no));
        // What changed on the disk by itself is neither shown nor acted upon (R22).
        if seal::leaf(&self.salt, self.body.as_bytes()) != self.leaf {
            return Err(unreadable());
        }
        let entry = serde_json::from_str(&self.body).map_err(|_| unreadable())?;
        let Row { id, body, salt, leaf, .. } = self;
        Ok(StoredEntry { id, entry, body, salt, leaf })
    }
}

/// A sequence number as the database keeps it.
pub(super) fn number(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

impl Reader<'_> {
    /// The ledger of a case, first entry first.
    pub fn entries(&mut self, case: &CaseRow) -> Result<Vec<StoredEntry>, StoreError> {
        self.ledger_of(&case.no)
    }

    /// The same by number alone, for the service's own work.
    pub fn ledger_of(&mut self, case_no: &str) -> Result<Vec<StoredEntry>, StoreError> {
        let rows = entries::table
            .filter(entries::case_no.eq(case_no))
            .order(entries::seq.asc())
            .select(Row::as_select())
            .load(self.conn)?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Part of a ledger after an entry, for lists.
    pub fn entries_after(
        &mut self,
        case: &CaseRow,
        after: i32,
        limit: i64,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let rows = entries::table
            .filter(entries::case_no.eq(&case.no))
            .filter(entries::seq.gt(after))
            .order(entries::seq.asc())
            .limit(limit)
            .select(Row::as_select())
            .load(self.conn)?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The entries of acts of these names on several cases, first entry first.
    pub fn entries_of_acts(
        &mut self,
        cases: &[CaseRow],
        acts: &[&str],
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let numbers: Vec<&str> = cases.iter().map(|case| case.no.as_str()).collect();
        self.acts_of(&numbers, acts)
    }

    /// The entries that made and extended the listings of cases, for what is published of them.
    pub fn entries_of_listing(&mut self, cases: &[String]) -> Result<Vec<StoredEntry>, StoreError> {
        let numbers: Vec<&str> = cases.iter().map(String::as_str).collect();
        self.acts_of(&numbers, &["list", "rule_extension"])
    }

    /// The whole ledgers of several cases, first entry first.
    pub fn ledgers(&mut self, cases: &[CaseRow]) -> Result<Vec<StoredEntry>, StoreError> {
        let numbers: Vec<&str> = cases.iter().map(|case| case.no.as_str()).collect();
        let rows = entries::table
            .filter(entries::case_no.eq_any(numbers))
            .order((entries::case_no.asc(), entries::seq.asc()))
            .select(Row::as_select())
            .load(self.conn)?;
        rows.into_iter().map(Row::read).collect()
    }

    fn acts_of(&mut self, cases: &[&str], acts: &[&str]) -> Result<Vec<StoredEntry>, StoreError> {
        if cases.is_empty() {
            return Ok(Vec::new());
        }
        let rows = entries::table
            .filter(entries::case_no.eq_any(cases.to_vec()))
            .filter(entries::act.eq_any(acts.to_vec()))
            .order((entries::case_no.asc(), entries::seq.asc()))
            .select(Row::as_select())
            .load(self.conn)?;
        rows.into_iter().map(Row::read).collect()
    }

    /// One entry by its identifier.
    pub fn entry(&mut self, id: &str) -> Result<Option<StoredEntry>, StoreError> {
        let found = entries::table.find(id).select(Row::as_select()).first(self.conn).optional()?;
        found.map(Row::read).transpose()
    }
}

impl Tx<'_> {
    /// Writes the first entry of a case, and the case with it.
    pub fn open_case(&mut self, stored: &StoredEntry) -> Result<(), StoreError> {
        let entry = &stored.entry;
        diesel::insert_into(cases::table)
            .values((
                cases::no.eq(&entry.case),
                cases::last_seq.eq(number(entry.seq)),
                cases::stage.eq(stage(entry.is.stage)),
                cases::state.eq(entry.state.code()),
                cases::holder.eq(entry.is.holder.to_string()),
                cases::place.eq(entry.is.place.to_string()),
                cases::category.eq(entry.is.category.code()),
                cases::severity.eq(entry.is.severity.code()),
                cases::carrier.eq(&entry.case),
                cases::opened_at.eq(entry.recorded_at.naive_utc()),
                cases::changed_at.eq(entry.recorded_at.naive_utc()),
            ))
            .execute(self.conn)?;
        self.append(stored)
    }

    /// Writes an entry onto a case that still stands where the decision saw it; `Contended` where
    /// it has moved on. A closing state is written last, after the duties that it depends on; a
    /// case that comes back leaves the closed state first, so that duties may be opened.
    pub fn record(&mut self, stored: &StoredEntry) -> Result<(), StoreError> {
        let entry = &stored.entry;
        let mine = cases::table.find(&entry.case);
        let here = mine.filter(cases::last_seq.eq(number(entry.seq) - 1));
        let moved = (
            cases::last_seq.eq(number(entry.seq)),
            cases::holder.eq(entry.is.holder.to_string()),
            cases::place.eq(entry.is.place.to_string()),
            cases::category.eq(entry.is.category.code()),
            cases::severity.eq(entry.is.severity.code()),
            cases::changed_at.eq(entry.recorded_at.naive_utc()),
        );
        let state = (cases::stage.eq(stage(entry.is.stage)), cases::state.eq(entry.state.code()));
        let closing = entry.is.stage == Stage::Closed;
        let hit = if closing {
            diesel::update(here).set(moved).execute(self.conn)?
        } else {
            diesel::update(here).set((moved, state)).execute(self.conn)?
        };
        if hit != 1 {
            return Err(StoreError::Contended);
        }
        self.append(stored)?;
        if closing {
            diesel::update(mine).set(state).execute(self.conn)?;
        }
        Ok(())
    }

    fn append(&mut self, stored: &StoredEntry) -> Result<(), StoreError> {
        let entry = &stored.entry;
        let row = Row {
            id: stored.id.clone(),
            case_no: entry.case.clone(),
            seq: number(entry.seq),
            act: entry.act.name().to_owned(),
            recorded_at: entry.recorded_at.naive_utc(),
            body: stored.body.clone(),
            salt: stored.salt.clone(),
            leaf: stored.leaf.clone(),
        };
        diesel::insert_into(entries::table).values(row).execute(self.conn)?;
        let queued = unsealed::entry_id.eq(&stored.id);
        diesel::insert_into(unsealed::table).values(queued).execute(self.conn)?;
        let files: Vec<String> = entry.files().map(str::to_owned).collect();
        self.mark_attached(&files)?;
        for effect in &entry.effects {
            self.effect(entry, effect)?;
        }
        // Whoever held the case before was let in when it came there.
        match entry.was {
            Some(was) if was.holder == entry.is.holder => Ok(()),
            Some(_) => self.admit(&entry.case, entry.is.holder),
            None => self.let_in(&entry.case, entry.is.holder),
        }
    }

    fn effect(&mut self, entry: &Entry, effect: &Effect) -> Result<(), StoreError> {
        let case = entry.case.as_str();
        let at = entry.recorded_at.naive_utc();
        match effect {
            Effect::Open { no, duty, owner, tip, due, rule, .. } => {
                diesel::insert_into(duties::table)
                    .values((
                        duties::case_no.eq(case),
                        duties::no.eq(number(*no)),
                        duties::kind.eq(duty.name()),
                        duties::owner.eq(owner.to_string()),
                        duties::tip.eq(tip.as_deref()),
                        duties::opened_at.eq(at),
                        duties::due_at.eq(due.map(|due| due.naive_utc())),
                        duties::rule.eq(rule),
                        duties::blocking.eq(duty.is_blocking()),
                        duties::paused.eq(false),
                        duties::status.eq(Status::Open.name()),
                    ))
                    .execute(self.conn)?;
                // The holder is let in with the entry itself.
                if *owner == entry.is.holder { Ok(()) } else { self.admit(case, *owner) }
            }
            Effect::Discharge { no } => self.end_duty(case, *no, Status::Discharged, at),
            Effect::Lapse { no } => self.end_duty(case, *no, Status::Lapsed, at),
            Effect::Pause { no } => {
                let mine = duties::table.find((case, number(*no)));
                diesel::update(mine).set(duties::paused.eq(true)).execute(self.conn)?;
                Ok(())
            }
            Effect::Clock { no, due, rule, turn } => {
                // More time for a clock that stands still does not set it going.
                if matches!(turn, Turn::Begin | Turn::Resume) {
                    diesel::update(duties::table.find((case, number(*no))))
                        .set(duties::paused.eq(false))
                        .execute(self.conn)?;
                }
                let set =
                    (duties::due_at.eq(due.map(|due| due.naive_utc())), duties::rule.eq(rule));
                diesel::update(duties::table.find((case, number(*no))))
                    .set(set)
                    .execute(self.conn)?;
                Ok(())
            }
            Effect::Hand { no, owner } => {
                let set = duties::owner.eq(owner.to_string());
                diesel::update(duties::table.find((case, number(*no))))
                    .set(set)
                    .execute(self.conn)?;
                self.admit(case, *owner)
            }
            Effect::Recuse { unit, provisional, .. } => {
                self.lift(case, *unit)?;
                diesel::insert_into(case_recusals::table)
                    .values((
                        case_recusals::case_no.eq(case),
                        case_recusals::unit.eq(unit.to_string()),
                        case_recusals::provisional.eq(*provisional),
                    ))
                    .execute(self.conn)?;
                Ok(())
            }
            Effect::Lift { unit } => self.lift(case, *unit),
            Effect::Join { tip, .. } => {
                let origin = tips::table.filter(tips::number.eq(tip)).select(tips::case_no);
                diesel::update(cases::table.filter(cases::no.eq_any(origin)))
                    .set(cases::carrier.eq(case))
                    .execute(self.conn)?;
                Ok(())
            }
            // The case that it joins says where it is.
            Effect::Part { .. } => Ok(()),
        }
    }

    fn end_duty(
        &mut self,
        case: &str,
        no: u32,
        status: Status,
        at: NaiveDateTime,
    ) -> Result<(), StoreError> {
        let open = duties::table.find((case, number(no))).filter(duties::status.eq("open"));
        let set = (duties::status.eq(status.name()), duties::ended_at.eq(at));
        // The decision saw the duty open; if the row says otherwise the two have parted.
        match diesel::update(open).set(set).execute(self.conn)? {
            1 => Ok(()),
            _ => Err(StoreError::unreadable(format!("duty {no} of case {case} is not open"))),
        }
    }

    fn lift(&mut self, case: &str, unit: Code) -> Result<(), StoreError> {
        diesel::delete(case_recusals::table.find((case, unit.to_string()))).execute(self.conn)?;
        Ok(())
    }

    /// Notes that a unit may see the case from here on.
    fn admit(&mut self, case: &str, unit: Code) -> Result<(), StoreError> {
        let key = (case.to_owned(), unit.to_string());
        let known = case_units::table.find(key).count().get_result::<i64>(self.conn)?;
        if known == 0 { self.let_in(case, unit) } else { Ok(()) }
    }

    fn let_in(&mut self, case: &str, unit: Code) -> Result<(), StoreError> {
        let row = (case_units::case_no.eq(case), case_units::unit.eq(unit.to_string()));
        diesel::insert_into(case_units::table).values(row).execute(self.conn)?;
        Ok(())
    }

    /// Keeps what an informant said in an entry, apart from the ledger.
    pub fn keep_words(
        &mut self,
        entry_id: &str,
        tip: &str,
        salt: &[u8],
        words: &crate::intake::tip::Words,
    ) -> Result<(), StoreError> {
        diesel::insert_into(tip_words::table)
            .values((
                tip_words::entry_id.eq(entry_id),
                tip_words::tip.eq(tip),
                tip_words::salt.eq(salt),
                tip_words::title.eq(words.title.as_deref()),
                tip_words::text.eq(&words.text),
                tip_words::place_text.eq(words.place_text.as_deref()),
                tip_words::accused.eq(words.accused.as_deref()),
                tip_words::lon.eq(words.point.map(|point| point.0)),
                tip_words::lat.eq(words.point.map(|point| point.1)),
                tip_words::accused_key.eq(words.accused.as_deref().and_then(accused_key)),
                tip_words::place_key.eq(words.place_text.as_deref().and_then(place_key)),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}

/// The name of a stage in the database.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Pending => "pending",
        Stage::Open => "open",
        Stage::Refused => "refused",
        Stage::Merged => "merged",
        Stage::Linked => "linked",
        Stage::Closed => "closed",
    }
}
