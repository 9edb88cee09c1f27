//! The dense log: the sealer gives each entry and each notice its place, readers follow with their
//! cursors.

use diesel::prelude::*;

use super::error::StoreError;
use super::many::insert_many;
use super::schema::{cursors, entries, leases, log, log_head, notices, unsealed};
use super::session::{Reader, Tx};
use crate::clock::Instant;
use crate::ledger::Entry;

/// An entry with its place in the log.
pub struct Sealed {
    /// Its place, from 1.
    pub pos: i64,
    /// The entry.
    pub entry: Entry,
}

impl Reader<'_> {
    /// How many entries and notices are sealed.
    pub fn log_size(&mut self) -> Result<i64, StoreError> {
        Ok(log_head::table.find(1).select(log_head::size).first(self.conn)?)
    }

    /// How many of them wait for their place.
    pub fn waiting(&mut self) -> Result<i64, StoreError> {
        Ok(unsealed::table.count().get_result(self.conn)?)
    }

    /// How many wait for a place that have one already, which none should.
    pub fn waiting_with_place(&mut self) -> Result<i64, StoreError> {
        let placed =
            unsealed::table.inner_join(log::table.on(log::entry_id.eq(unsealed::entry_id)));
        Ok(placed.count().get_result(self.conn)?)
    }

    /// The place of an entry or a notice, once it has one.
    pub fn place_in_log(&mut self, entry_id: &str) -> Result<Option<i64>, StoreError> {
        let found = log::table.filter(log::entry_id.eq(entry_id)).select(log::pos);
        Ok(found.first(self.conn).optional()?)
    }

    /// What stands at a place of the log, by its identifier.
    pub fn at_place(&mut self, pos: i64) -> Result<Option<String>, StoreError> {
        Ok(log::table.find(pos).select(log::entry_id).first(self.conn).optional()?)
    }

    /// The entries among the next so many places after one; notices stand between them. The log is
    /// dense, so a reader that has these has come to [`Reader::place_after`].
    pub fn sealed_after(&mut self, pos: i64, limit: i64) -> Result<Vec<Sealed>, StoreError> {
        let rows: Vec<(i64, String)> = log::table
            .inner_join(entries::table.on(entries::id.eq(log::entry_id)))
            .filter(log::pos.gt(pos))
            .filter(log::pos.le(pos.saturating_add(limit)))
            .order(log::pos.asc())
            .select((log::pos, entries::body))
            .load(self.conn)?;
        let read = |(pos, body): (i64, String)| {
            let entry = serde_json::from_str(&body)
                .map_err(|_| StoreError::unreadable(format!("the entry at place {pos}")))?;
            Ok(Sealed { pos, entry })
        };
        rows.into_iter().map(read).collect()
    }

    /// The place up to which so many after one reach.
    pub fn place_after(&mut self, pos: i64, limit: i64) -> Result<i64, StoreError> {
        Ok(self.log_size()?.min(pos.saturating_add(limit)))
    }

    /// How far a reader has come.
    pub fn cursor(&mut self, reader: &str) -> Result<i64, StoreError> {
        Ok(cursors::table.find(reader).select(cursors::pos).first(self.conn)?)
    }

    /// How many cases there are.
    pub fn count_cases(&mut self) -> Result<i64, StoreError> {
        Ok(super::schema::cases::table.count().get_result(self.conn)?)
    }
}

impl Tx<'_> {
    /// Gives up to `limit` waiting entries and notices their places, in the order in which they were
    /// made, and adds their leaves to the tree.
    /// The head moves by compare-and-swap, so two sealers cannot give the same place. Where the tree
    /// lags behind the log it is grown first; how much was done of either.
    pub fn seal(&mut self, limit: i64) -> Result<usize, StoreError> {
        let grown = self.grow_tree(limit)?;
        if grown > 0 {
            return Ok(grown);
        }
        let queued: Vec<Queued> = unsealed::table
            .left_join(entries::table.on(entries::id.eq(unsealed::entry_id)))
            .left_join(notices::table.on(notices::id.eq(unsealed::entry_id)))
            .order(unsealed::entry_id.asc())
            .limit(limit)
            .select((
                unsealed::entry_id,
                (entries::case_no, entries::seq, entries::leaf).nullable(),
                notices::leaf.nullable(),
            ))
            .load(self.conn)?;
        let waiting = in_case_order(queued);
        if waiting.is_empty() {
            return Ok(0);
        }
        let size = self.log_size()?;
        let grown = size + i64::try_from(waiting.len()).unwrap_or(i64::MAX);
        let head = log_head::table.find(1).filter(log_head::size.eq(size));
        let hit = diesel::update(head).set(log_head::size.eq(grown)).execute(self.conn)?;
        if hit != 1 {
            return Err(StoreError::Contended);
        }
        let (ids, leaves): (Vec<String>, Vec<String>) = waiting.into_iter().unzip();
        let place = |(pos, id)| (log::pos.eq(pos), log::entry_id.eq(id));
        let places: Vec<_> = (size + 1..).zip(&ids).map(place).collect();
        insert_many!(self.conn, log::table, &places)?;
        self.add_leaves(size, &leaves)?;
        diesel::delete(unsealed::table.filter(unsealed::entry_id.eq_any(&ids)))
            .execute(self.conn)?;
        Ok(ids.len())
    }

    /// Moves a reader's cursor; `Contended` where somebody else has moved it.
    pub fn move_cursor(&mut self, reader: &str, from: i64, to: i64) -> Result<(), StoreError> {
        let here = cursors::table.find(reader).filter(cursors::pos.eq(from));
        match diesel::update(here).set(cursors::pos.eq(to)).execute(self.conn)? {
            1 => Ok(()),
            _ => Err(StoreError::Contended),
        }
    }

    /// Takes or keeps a lease; whether `owner` has it until `until`. One that ends much later than
    /// that was given by a clock that has since been set back, and binds nobody.
    pub fn lease(
        &mut self,
        name: &str,
        owner: &str,
        now: Instant,
        until: Instant,
    ) -> Result<bool, StoreError> {
        let over = leases::until.lt(now.naive_utc());
        let free =
            leases::owner.eq(owner.to_owned()).or(over).or(leases::until.gt(never(now, until)));
        let free = leases::table.find(name).filter(free);
        let set = (leases::owner.eq(owner), leases::until.eq(until.naive_utc()));
        if diesel::update(free).set(set).execute(self.conn)? == 1 {
            return Ok(true);
        }
        let taken = leases::table.find(name).count().get_result::<i64>(self.conn)?;
        if taken > 0 {
            return Ok(false);
        }
        let row = (leases::name.eq(name), set);
        diesel::insert_into(leases::table).values(row).execute(self.conn)?;
        Ok(true)
    }
}

/// Later than any lease given now ends, however much the clocks of two instances differ.
pub(super) fn never(now: Instant, until: Instant) -> chrono::NaiveDateTime {
    (until + (until - now)).naive_utc()
}

/// An identifier; for an entry its case, its number there and its leaf; for a notice its leaf.
type Queued = (String, Option<(String, i32, String)>, Option<String>);

/// Identifiers rise with time, but the clocks of two machines differ: where the entries of one case
/// would stand the wrong way round, they change places among themselves. Identifiers with leaves.
fn in_case_order(queued: Vec<Queued>) -> Vec<(String, String)> {
    use std::collections::HashMap;
    let mut by_case: HashMap<String, Vec<(i32, String, String)>> = HashMap::new();
    for (id, entry, _) in &queued {
        if let Some((case, seq, leaf)) = entry {
            by_case.entry(case.clone()).or_default().push((*seq, id.clone(), leaf.clone()));
        }
    }
    for ids in by_case.values_mut() {
        ids.sort_by_key(|(seq, ..)| std::cmp::Reverse(*seq));
    }
    let next = |(id, entry, notice): Queued| match entry {
        Some((case, ..)) => by_case.get_mut(&case)?.pop().map(|(_, id, leaf)| (id, leaf)),
        None => Some((id, notice?)),
    };
    queued.into_iter().filter_map(next).collect()
}
