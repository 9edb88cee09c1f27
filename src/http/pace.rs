//! Bodies that come too slowly. The framework waits for a body without end (R18).

use std::cell::Cell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::error::PayloadError;
use actix_web::web::{self, Bytes};
use futures_util::{Stream, StreamExt};

use super::Bounds;
use super::problem::Problem;

/// How often the pace is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Looks at a client that is waited for before it is judged, and over which it then is: the first
/// seconds of a connection on a bad line are slow for everybody.
const LOOKS: usize = 10;

/// Runs something that waits for the client, for so long and no longer.
pub async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(Problem::slow_body(limit)))
}

/// The whole body of at most `max` bytes, for forms without files and for JSON.
pub async fn bytes(payload: web::Payload, max: usize, bounds: &Bounds) -> Result<Vec<u8>, Problem> {
    let mut payload = payload;
    in_time(bounds.body, async {
        let mut body = Vec::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Problem::broken_body())?;
            if body.len() + chunk.len() > max {
                return Err(Problem::too_large(max as u64));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    })
    .await
}

/// Reads an upload: in the time that one may take at all, and at no less than the least rate while
/// the client is waited for. The time that the disk takes is not the client's.
pub async fn upload<T>(
    payload: web::Payload,
    bounds: &Bounds,
    read: impl AsyncFnOnce(Arriving) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let seen = Rc::new(Seen::default());
    let read = read(Arriving { payload, seen: Rc::clone(&seen) });
    in_time(bounds.upload, async {
        tokio::select! {
            biased;
            done = read => done,
            slow = watch(&seen, bounds.rate) => Err(slow),
        }
    })
    .await
}

/// The body of an upload on its way.
pub struct Arriving {
    payload: web::Payload,
    seen: Rc<Seen>,
}

#[derive(Default)]
struct Seen {
    bytes: Cell<u64>,
    /// The reader wants more and there is none.
    waits: Cell<bool>,
}

impl Stream for Arriving {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.payload).poll_next(cx);
        self.seen.waits.set(next.is_pending());
        if let Poll::Ready(Some(Ok(chunk))) = &next {
            self.seen.bytes.set(self.seen.bytes.get() + chunk.len() as u64);
        }
        next
    }
}

/// Ends when the client is too slow.
async fn watch(seen: &Seen, rate: u64) -> Problem {
    let mut pace = Pace::default();
    loop {
        tokio::time::sleep(LOOK).await;
        if seen.waits.get() && pace.is_too_slow(seen.bytes.get(), rate) {
            return Problem::slow_upload(rate);
        }
    }
}

/// What had come at the last looks at which the client was waited for.
#[derive(Default)]
struct Pace(VecDeque<u64>);

impl Pace {
    /// Notes a look; `rate` is in bytes a second.
    fn is_too_slow(&mut self, bytes: u64, rate: u64) -> bool {
        self.0.push_back(bytes);
        if self.0.len() <= LOOKS {
            return false;
        }
        let before = self.0.pop_front().unwrap_or(bytes);
        bytes - before < rate * LOOKS as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The look at which a client is given up that sends so many bytes before each.
    fn given_up(sends: impl Iterator<Item = u64>) -> Option<usize> {
        let (mut pace, mut bytes) = (Pace::default(), 0);
        let mut late = sends.map(|sent| {
            bytes += sent;
            pace.is_too_slow(bytes, 1_000)
        });
        late.position(|late| late)
    }

    #[test]
    fn a_client_below_the_rate_is_given_up_after_the_first_window() {
        assert_eq!(given_up([0; 60].into_iter()), Some(LOOKS));
        assert_eq!(given_up([999; 60].into_iter()), Some(LOOKS));
        assert_eq!(given_up([1_000; 600].into_iter()), None);
        // A pause is made good by what came before and comes after it, but not for longer.
        let pause =
            |length| (0..60).map(move |n| if (20..20 + length).contains(&n) { 0 } else { 2_000 });
        assert_eq!(given_up(pause(5)), None);
        assert_eq!(given_up(pause(6)), Some(25));
    }
}
