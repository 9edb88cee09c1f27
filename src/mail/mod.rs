//! Letters: what they say, and the one door by which they leave. The only room that names lettre.
//!
//! A letter carries the name of a report and a link, never a tip, a place of one, or a person:
//! what it is about is read after a login.

mod letters;
mod mailer;

pub use letters::{Letter, ReportPublished, Text, Unreadable};
pub use mailer::{Failure, Mailer, Outgoing, Ready, Settings, Tls, address};
