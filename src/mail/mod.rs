//! Letters: what they say, and the one door by which they leave. The only room that names lettre.
//!
//! A letter carries numbers, names of divisions and a link, never what a tip says, nor a person: what
//! it is about is read after a login. The one exception is an answer that was to be given by e-mail.

mod letters;
mod mailer;

pub use letters::{
    AuditFaults, CaseRef, CaseSupervised, DangerReported, DutiesDue, DutyAssigned, DutyLine,
    Letter, MorningDigest, ReceiptAnswered, ReceiptChanged, ReceiptIssued, ReportPublished, Text,
    Unreadable,
};
pub use mailer::{Failure, Mailer, Outgoing, Ready, Settings, Tls, address};
