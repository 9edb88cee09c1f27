//! Who must be told what, and when: from an entry to the letters that it brings about, and from a
//! due date to the rungs of its ladder.
//!
//! Pure. Words and addresses are other rooms' business; here stands only who is meant.

mod ladder;
mod notice;

pub use ladder::{Ladder, Rung};
pub use notice::{Audience, Facts, Matter, Notice, is_dangerous, notices};
