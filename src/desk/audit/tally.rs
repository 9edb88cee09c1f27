//! The tally as a reader of the log: its cursor stands neither past the log nor before what the tally
//! wrote down.

use super::fault::{Audit, Fault};
use crate::desk::Desk;
use crate::desk::seal::TALLY;
use crate::store::StoreError;

impl Desk {
    /// Compares the tally's cursor with the log and with the rows of figures, in one snapshot: each
    /// of its commits moves both.
    pub(super) async fn audit_tally(&self, audit: &mut Audit) {
        let read = self.store.read(|db| {
            Ok::<_, StoreError>((db.cursor(TALLY)?, db.log_size()?, db.tallied_up_to()?))
        });
        let what = match read.await {
            Ok((read, size, _)) if read > size => {
                format!("it says that it has read {read} places of {size}")
            }
            Ok((read, _, told)) if told > read => {
                format!("it says that it has read {read} places, and has figures of place {told}")
            }
            Ok(_) => return,
            Err(error) => error.to_string(),
        };
        audit.fault(Fault::beside("tally", what));
    }
}
