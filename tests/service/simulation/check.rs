//! What must hold at the end, once everything works again.

use std::collections::BTreeMap;

use chrono::Duration;
use hotline::store::{Reader, Scope, StoreError};

use super::Simulation;
use super::people::LIFE;

impl Simulation<'_> {
    /// Everything works again, for long enough.
    pub async fn heal(&mut self) {
        self.settle().await;
        self.desk.catch_up().await.unwrap();
        for _ in 0..20 {
            self.work("letters").await.unwrap();
            self.forward(Duration::hours(6)).await;
        }
        self.work("schedule").await.unwrap();
    }

    pub async fn check(&mut self) {
        let audit = self.desk.audit(None, |_| {}).await.unwrap();
        assert_eq!(audit.count, 0, "{:?}", audit.faults);
        assert_eq!(audit.cases, self.cases.len() as u64);
        let mut numbers = Vec::new();
        for (number, known) in self.cases.iter().enumerate() {
            let (case, _) = known.receipt.clone().unwrap();
            let no = case.clone();
            let read = move |db: &mut Reader<'_>| -> Result<_, StoreError> {
                let row = db.case(&Scope::service(), &no)?.unwrap();
                Ok((db.entries(&row)?, row.state))
            };
            let (entries, state) = self.desk.store.read(read).await.unwrap();
            let acts: Vec<_> = entries.iter().map(|one| one.entry.act.name()).collect();
            assert_eq!(acts, known.said, "{number}");
            assert_eq!(state == "closed", known.said.len() > LIFE.len(), "{number}");
            numbers.push(case);
        }
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), self.cases.len());
        self.check_letters();
        self.check_reports();
        let lives: Vec<_> = self.cases.iter().map(|known| known.said.len().to_string()).collect();
        self.note(&lives.join(" "));
    }

    fn names(&self, sql: &str) -> Vec<String> {
        self.base.names_in(&self.folder().join("hotline.db"), sql)
    }

    /// Each informant was written one receipt; no letter went out a third time.
    fn check_letters(&self) {
        let mut given: BTreeMap<String, usize> = BTreeMap::new();
        for text in self.rogue.texts() {
            let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: <")).unwrap();
            *given.entry(id.split('@').next().unwrap().to_owned()).or_default() += 1;
        }
        assert!(given.values().all(|times| *times <= 2), "{given:?}");
        let sent = self.names("SELECT id AS name FROM outbox WHERE sent_at IS NOT NULL");
        assert!(sent.iter().all(|id| given.contains_key(id)), "{sent:?} {given:?}");
        let waiting = "SELECT id AS name FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL";
        assert_eq!(self.names(waiting), Vec::<String>::new());
        let receipts = "SELECT id AS name FROM outbox WHERE letter LIKE '%receipt_issued%'";
        assert_eq!(self.names(receipts).len(), self.cases.len());
    }

    /// Every month that ended was reported on once.
    fn check_reports(&self) {
        let all = self.names("SELECT period || ' ' || scope AS name FROM reports ORDER BY 1");
        let mut once = all.clone();
        once.dedup();
        assert_eq!(all, once);
        let open = "SELECT period AS name FROM jobs WHERE done_at IS NULL";
        assert_eq!(self.names(open), Vec::<String>::new());
        let latest = &self.latest.to_rfc3339()[..7];
        let months = ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04"];
        let ended = months.into_iter().filter(|month| latest > *month).count();
        // The last hours of a month in one zone are the first of the next in another.
        assert!(all.len().abs_diff(2 * ended) <= 2, "{all:?}, {}", self.latest);
    }
}
