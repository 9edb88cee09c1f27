//! The log as a whole: dense, each place with what it names, up to its head.

use super::fault::{Audit, Fault};
use crate::desk::seal::TALLY;
use crate::desk::{Desk, DeskError};
use crate::store::{RawPlace, StoreError};

/// Places read at a time.
const BATCH: i64 = 10_000;

impl Desk {
    /// Reads the log from its first place to its last.
    pub(super) async fn audit_log(&self, audit: &mut Audit) -> Result<(), DeskError> {
        let head = self.store.read(|db| {
            let size = db.log_size()?;
            Ok::<_, StoreError>((size, db.waiting_with_place()?))
        });
        let (size, twice) = match head.await {
            Ok(head) => head,
            Err(error) => {
                audit.fault(Fault::beside("log", error.to_string()));
                return Ok(());
            }
        };
        if twice > 0 {
            let what = format!("{twice} that have a place wait for another");
            audit.fault(Fault::beside("log", what));
        }
        audit.sealed = size;
        let mut last = 0;
        loop {
            let batch = match self.store.read(move |db| db.raw_places(last, BATCH)).await {
                Ok(batch) => batch,
                Err(error) => {
                    audit.fault(Fault::beside("log", error.to_string()));
                    return Ok(());
                }
            };
            if batch.is_empty() {
                break;
            }
            for place in &batch {
                check(audit, last, place);
                last = place.pos;
            }
        }
        // Entries sealed while this was read are no fault: the head was asked for before.
        if last < size {
            let what = format!("its head says {size}, its last place is {last}");
            audit.fault(Fault { place: Some(last + 1), whose: "log".to_owned(), what });
        }
        let now = self.store.read(|db| Ok::<_, StoreError>((db.log_size()?, db.cursor(TALLY)?)));
        let (size, tallied) = now.await?;
        if last > size {
            let what = format!("its head says {size}, and places stand up to {last}");
            audit.fault(Fault { place: Some(size + 1), whose: "log".to_owned(), what });
        }
        if tallied > size {
            let what = format!("it has read {tallied} places of {size}");
            audit.fault(Fault::beside("tally", what));
        }
        Ok(())
    }
}

fn check(audit: &mut Audit, last: i64, place: &RawPlace) {
    if place.pos != last + 1 {
        let what = "nothing stands there".to_owned();
        audit.fault(Fault { place: Some(last + 1), whose: "log".to_owned(), what });
    }
    let what = match (&place.entry, &place.notice) {
        (Some(_), Some(_)) => "both an entry and a notice are called so",
        (None, None) => "what it names is not there",
        _ => return,
    };
    audit.fault(Fault { place: Some(place.pos), whose: "log".to_owned(), what: what.to_owned() });
}
