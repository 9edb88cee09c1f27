//! Whether two accounts tell of the same event.
//!
//! [`fold`] asks whether they are the same text, sent again; [`score`] how likely it is that two
//! tips are about one matter, and says why. A score only suggests: people merge, link and reopen.

mod accused;
mod fold;
mod reason;
mod score;
mod site;
mod tellings;
#[cfg(test)]
mod tests;
mod typed;

pub use accused::{accused_key, is_known_everywhere};
pub use fold::fold;
pub use reason::Reason;
pub use score::{Likeness, MAX_SCORE, SUGGESTED, Trait, WINDOW_DAYS, score};
pub use site::{Area, NEAR_METRES, metres, place_key};
pub use typed::Typed;
