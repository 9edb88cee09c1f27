//! Lists of cases, newest first.
//!
//! Where a condition leaves few cases these are looked up and asked about the rest. Where the words
//! that are sought have marks that few cases bear, these are the ones, and what is left is read.
//! Where nothing leads to few cases, all are gone through: then one in a few fits. Either way the
//! answer is the same, and a case that the asker may not see is never read at all.

use diesel::prelude::*;

use super::cases::{CaseFilter, CaseRow, narrowed, visible};
use super::error::StoreError;
use super::marks::Bearing;
use super::schema::cases;
use super::scope::Scope;
use super::session::Reader;
use crate::intake::Sought;

/// Cases that are asked about in the first round; each further one asks about four times as many, for
/// few statements.
const FIRST_ROUND: usize = 128;
/// Cases that are asked about in one round at the most.
const MAX_ROUND: usize = 4_096;

/// So few cases are read sooner than their marks are asked for.
const SOON_READ: usize = 128;
/// The same where a single sign is sought.
const SOON_READ_BY_SIGN: usize = 1_024;

/// A page that is being filled.
struct Page<'a> {
    scope: &'a Scope,
    filter: CaseFilter,
    sought: Option<Sought>,
    limit: usize,
    found: Vec<CaseRow>,
}

impl Page<'_> {
    fn room(&self) -> usize {
        self.limit.saturating_sub(self.found.len())
    }

    fn is_full(&self) -> bool {
        self.room() == 0
    }
}

impl Reader<'_> {
    /// Cases within the scope, newest first, those before the number `after`.
    pub fn cases(
        &mut self,
        scope: &Scope,
        mut filter: CaseFilter,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let sought = filter.words.take();
        let limit = usize::try_from(limit).unwrap_or_default();
        let mut page = Page { scope, filter, sought, limit, found: Vec::new() };
        let few = self.few(scope, &page.filter, after)?;
        // Nearly every case bears a single sign: few are read sooner than those are gathered.
        let is_one_sign = page.sought.as_ref().is_some_and(Sought::is_one_sign);
        let are_soon_read = few.as_ref().is_some_and(|few| {
            few.len() <= if is_one_sign { SOON_READ_BY_SIGN } else { SOON_READ }
        });
        let mut below = after.map(str::to_owned);
        if is_one_sign && few.is_none() {
            below = self.one_round(&mut page, below, FIRST_ROUND * 4)?;
            if page.is_full() || below.is_none() {
                return Ok(page.found);
            }
        }
        let marked = match &page.sought {
            Some(sought) if !are_soon_read => Some(self.maybe_holding(sought, below.as_deref())?),
            _ => None,
        };
        match (few, marked) {
            (Some(few), Some(Bearing::All(cases))) if cases.len() < few.len() => {
                self.look_up(&mut page, &cases)?;
                return Ok(page.found);
            }
            (Some(few), _) | (None, Some(Bearing::All(few))) => {
                self.look_up(&mut page, &few)?;
                return Ok(page.found);
            }
            (None, Some(Bearing::Newest(cases))) => {
                self.look_up(&mut page, &cases)?;
                below = cases.last().cloned();
            }
            (None, Some(Bearing::Many) | None) => {}
        }
        self.go_through(&mut page, below)?;
        Ok(page.found)
    }

    /// The cases that may hold what is sought: those whose marks say so, and those without marks yet.
    fn maybe_holding(
        &mut self,
        sought: &Sought,
        after: Option<&str>,
    ) -> Result<Bearing, StoreError> {
        let Some(unmarked) = self.unmarked()? else { return Ok(Bearing::Many) };
        let (mut cases, lowest) = match self.bearing(sought, after)? {
            Bearing::All(cases) => (cases, None),
            Bearing::Newest(cases) => {
                let lowest = cases.last().cloned();
                (cases, lowest)
            }
            Bearing::Many => return Ok(Bearing::Many),
        };
        let within = |no: &String| {
            after.is_none_or(|after| no.as_str() < after)
                && lowest.as_ref().is_none_or(|lowest| no > lowest)
        };
        cases.extend(unmarked.into_iter().filter(within));
        cases.sort_unstable_by(|one, other| other.cmp(one));
        cases.dedup();
        Ok(if lowest.is_none() { Bearing::All(cases) } else { Bearing::Newest(cases) })
    }

    /// Asks about cases, newest first, until the page is full.
    fn look_up(&mut self, page: &mut Page<'_>, mut these: &[String]) -> Result<(), StoreError> {
        let mut round = FIRST_ROUND;
        while !these.is_empty() && !page.is_full() {
            let (some, rest) = these.split_at(round.min(these.len()));
            let mine = narrowed(visible(page.scope), page.filter.clone())
                .filter(cases::no.eq_any(some.to_vec()))
                .order(cases::no.desc());
            let rows: Vec<CaseRow> = mine.select(CaseRow::as_select()).load(self.conn)?;
            self.keep(page, rows)?;
            (these, round) = (rest, (round * 4).min(MAX_ROUND));
        }
        Ok(())
    }

    /// Asks about all cases below one, newest first, until the page is full.
    fn go_through(
        &mut self,
        page: &mut Page<'_>,
        mut below: Option<String>,
    ) -> Result<(), StoreError> {
        let mut round = FIRST_ROUND;
        while !page.is_full() {
            // Where nothing is read, what fits the filter fits the page.
            let most = if page.sought.is_some() { round } else { page.room() };
            below = self.one_round(page, below, most)?;
            if below.is_none() {
                break;
            }
            round = (round * 4).min(MAX_ROUND);
        }
        Ok(())
    }

    /// Asks about the newest cases below one; the last of them, where there may be more.
    fn one_round(
        &mut self,
        page: &mut Page<'_>,
        below: Option<String>,
        most: usize,
    ) -> Result<Option<String>, StoreError> {
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = self.cases_that(page.scope, page.filter.clone(), below.as_deref(), limit)?;
        let last = rows.last().filter(|_| rows.len() >= most).map(|row| row.no.clone());
        self.keep(page, rows)?;
        Ok(last)
    }

    /// Keeps those that hold what is sought, up to the page's end.
    fn keep(&mut self, page: &mut Page<'_>, rows: Vec<CaseRow>) -> Result<(), StoreError> {
        let room = page.room();
        let Some(sought) = &page.sought else {
            page.found.extend(rows.into_iter().take(room));
            return Ok(());
        };
        let numbers: Vec<&str> = rows.iter().map(|row| row.no.as_str()).collect();
        let told = self.told(&numbers)?;
        let holds = |row: &CaseRow| {
            let texts = told.get(&row.no).into_iter().flatten();
            sought.is_in(texts.map(String::as_str))
        };
        page.found.extend(rows.into_iter().filter(holds).take(room));
        Ok(())
    }
}
