//! Reckons due dates anew where the law has changed: another calendar, another version of the rules.
//!
//! Which law the open dates follow is kept in the database. Where it is not the one that this
//! process was started with, every case with a running clock is decided again, some in each round,
//! until all follow; the old dates stay in the ledger.

use super::{Desk, DeskError};
use crate::ledger::Command;
use crate::store::StoreError;

/// The fact that names the law by which all open dates are reckoned.
pub(super) const LAW: &str = "reckoned_by";
/// The fact that keeps how far a sweep has come, and for which law.
const SWEEP: &str = "reckoning";
/// Cases looked at in one round.
const A_ROUND: i64 = 200;

impl Desk {
    /// Notes of a database without cases that its dates follow the law in force. Otherwise the first
    /// sweep would run behind the cases that come in, and find each of them as it is to be.
    pub async fn begin_with_law(&self) -> Result<(), StoreError> {
        let law = self.law.fingerprint(self.clock.now());
        let note = move |tx: &mut crate::store::Tx<'_>| match (tx.fact(LAW)?, tx.last_case_no()?) {
            (None, None) => tx.keep_fact(LAW, &law),
            _ => Ok(()),
        };
        self.store.write(note).await
    }

    /// One round of the sweep; nothing where all dates follow the law in force.
    pub(super) async fn reckon_anew(&self) -> Result<(), DeskError> {
        let law = self.law.fingerprint(self.clock.now());
        let facts =
            self.store.read(|db| Ok::<_, StoreError>((db.fact(LAW)?, db.fact(SWEEP)?))).await?;
        let (done, sweep) = facts;
        if done.as_ref() == Some(&law) {
            return Ok(());
        }
        let split = sweep.as_deref().and_then(|text| text.rsplit_once(' '));
        let after = split.filter(|(of, _)| *of == law).map_or("", |(_, after)| after).to_owned();
        let cases = self.store.read(move |db| db.cases_with_clocks_after(&after, A_ROUND)).await?;
        let last = cases.last().cloned();
        for case_no in cases {
            let cause = law.clone();
            self.by_itself(case_no, Command::Reckon { cause }).await?;
        }
        let (fact, value) = match last {
            Some(last) => (SWEEP, format!("{law} {last}")),
            None => (LAW, law),
        };
        Ok(self.store.write(move |tx| tx.keep_fact(fact, &value)).await?)
    }
}
