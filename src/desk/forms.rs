//! Tokens by which a form proves that it came from a page of this service (S24).
//!
//! A page behind a login carries a token of its session. The public has no session, and gets no
//! cookie for one: its pages carry a token of the hour, which another site cannot read off them.

use super::Desk;
use super::enter::Principal;
use crate::clock::Instant;

/// How long a page of the public may stay open before its form is sent, in hours.
const PUBLIC_HOURS: i64 = 24;
/// Seconds of an hour.
const HOUR: i64 = 3_600;

impl Desk {
    /// The token for forms on a page that this person, or somebody without a login, is shown.
    pub fn form_token(&self, who: Option<&Principal>) -> String {
        match who {
            Some(who) => self.vault.blind("form", &who.secret_hash),
            None => {
                let hour = hour(self.clock.now());
                format!("{hour}.{}", self.vault.blind("public-form", &hour.to_string()))
            }
        }
    }

    /// Whether a form's token was made for this person's session.
    pub fn is_token_of(&self, who: &Principal, shown: &str) -> bool {
        self.vault.is_blind("form", &who.secret_hash, shown)
    }

    /// Whether a form's token was made lately for the public.
    pub fn is_public_token(&self, shown: &str) -> bool {
        let Some((typed, hash)) = shown.split_once('.') else { return false };
        let made = typed.parse::<i64>().ok();
        let now = hour(self.clock.now());
        let fresh = made.is_some_and(|made| (now - PUBLIC_HOURS..=now).contains(&made));
        fresh && self.vault.is_blind("public-form", typed, hash)
    }
}

fn hour(at: Instant) -> i64 {
    at.timestamp().div_euclid(HOUR)
}
