//! When a channel was opened: by the first tip that came through it.

use diesel::dsl::min;
use diesel::prelude::*;

use super::areas::lies_in;
use super::error::StoreError;
use super::figures::Span;
use super::kept::but_kept;
use super::schema::arrivals;
use super::session::Reader;
use crate::clock::Instant;

impl Reader<'_> {
    /// Channels by which no tip had come to the scope before the span and one came in it, with the
    /// time of the first. None where there was no tip at all before: then everything is new, and it
    /// says nothing about a channel.
    pub fn channels_opened(&mut self, span: &Span) -> Result<Vec<(String, Instant)>, StoreError> {
        let before = || {
            let before = arrivals::table
                .filter(arrivals::received_at.lt(span.from.naive_utc()))
                .filter(lies_in!(arrivals::place, span.areas))
                .select(arrivals::channel)
                .into_boxed();
            but_kept!(before, arrivals::case_no, span)
        };
        if before().first::<String>(self.conn).optional()?.is_none() {
            return Ok(Vec::new());
        }
        let within = arrivals::table
            .filter(arrivals::received_at.ge(span.from.naive_utc()))
            .filter(arrivals::received_at.lt(span.to.naive_utc()))
            .filter(lies_in!(arrivals::place, span.areas))
            .group_by(arrivals::channel)
            .select((arrivals::channel, min(arrivals::received_at)))
            .order(arrivals::channel.asc())
            .into_boxed();
        let firsts: Vec<(String, Option<chrono::NaiveDateTime>)> =
            but_kept!(within, arrivals::case_no, span).load(self.conn)?;
        let mut opened = Vec::new();
        for (channel, first) in firsts {
            // One look each, which ends at the first tip found: a channel in use has many.
            let known = before().filter(arrivals::channel.eq(&channel));
            if known.first::<String>(self.conn).optional()?.is_none()
                && let Some(first) = first
            {
                opened.push((channel, first.and_utc()));
            }
        }
        Ok(opened)
    }
}
