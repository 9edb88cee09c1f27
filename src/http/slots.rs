//! How many connections there may be: fewer than the files that the process may open, so that the
//! database and the evidence always have theirs (R20, R21). Who comes beyond is told so at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Files that connections leave to everything else: databases, evidence, letters, logs.
const RESERVED: usize = 128;
/// Where so few files may be opened, half of them are left to connections.
const FEW: usize = 2 * RESERVED;
/// Below so many files a burst of the public is turned away early (R20).
const RECOMMENDED: u64 = 10_240;
/// Connections that are told at the same time that there are too many.
const TURNED_AWAY: usize = 64;
/// How long one of them is listened to, so that what it is told is not lost with a reset.
const PARTING: Duration = Duration::from_secs(1);

/// What a connection too many is told. Its language is not known: nothing of it was read.
pub(super) const BUSY: &str = "HTTP/1.1 503 Service Unavailable\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Retry-After: 5\r\n\
    Cache-Control: no-store\r\n\
    Connection: close\r\n\r\n\
    连接过多，您的内容没有收到；请稍后再试，或拨打 12336。\n\
    Too many connections: nothing was received; try again in a moment, or call 12336.\n";

/// Raises the number of files that may be open to what the system allows, and says how many.
pub fn raise_open_files() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    // A limit that is absent has no number.
    let number = |limit: Option<u64>| limit.unwrap_or(u64::MAX);
    let now = if raised.is_ok() { number(maximum) } else { number(current) };
    if now < RECOMMENDED {
        tracing::warn!(
            open_files = now,
            "few files may be open at a time; raise the limit (ulimit -n, LimitNOFILE) to {RECOMMENDED} or more"
        );
    } else {
        tracing::info!(open_files = now, "the limit of open files");
    }
    now
}

/// How many connections there may be with so many files.
fn room(wanted: usize, open_files: u64) -> usize {
    let files = usize::try_from(open_files).unwrap_or(usize::MAX);
    let left = if files < FEW { files / 2 } else { files - RESERVED };
    wanted.min(left)
}

/// The places for connections of one process.
#[derive(Clone)]
pub struct Slots {
    open: Arc<AtomicUsize>,
    leaving: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    most: usize,
}

/// A place that is taken until this is dropped.
pub struct Slot(Arc<AtomicUsize>);

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn take(count: &Arc<AtomicUsize>, most: usize) -> Option<Slot> {
    let more = |now: usize| (now < most).then_some(now + 1);
    let taken = count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    taken.ok().map(|_| Slot(Arc::clone(count)))
}

impl Slots {
    /// So many as are wanted, or as the open files allow.
    pub fn new(wanted: usize, open_files: u64) -> Slots {
        let most = room(wanted, open_files);
        let [open, leaving, refused] = Default::default();
        Slots { open, leaving, refused, most }
    }

    /// How many there may be, those that are being turned away included.
    pub fn most(&self) -> usize {
        self.most + TURNED_AWAY
    }

    /// Takes a place, if there is one.
    pub fn take(&self) -> Option<Slot> {
        take(&self.open, self.most)
    }

    /// Tells a connection that there are too many.
    pub async fn turn_away(&self, mut socket: TcpStream) {
        let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        // Rarer and rarer, or the log would be flooded as well.
        if refused.is_power_of_two() {
            tracing::warn!(most = self.most, refused, "connections are turned away");
        }
        let Some(_slot) = take(&self.leaving, TURNED_AWAY) else { return };
        let told = async {
            socket.write_all(BUSY.as_bytes()).await?;
            socket.shutdown().await?;
            let mut waste = [0; 4_096];
            while socket.read(&mut waste).await? > 0 {}
            std::io::Result::Ok(())
        };
        // Whether it heard is its own affair.
        let _ = tokio::time::timeout(PARTING, told).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_to_the_rest() {
        assert_eq!(room(20_000, u64::MAX), 20_000);
        assert_eq!(room(20_000, 10_240), 10_112);
        assert_eq!(room(20_000, 256), 128);
        assert_eq!(room(20_000, 255), 127);
        assert_eq!(room(50, 256), 50);
    }

    #[test]
    fn a_place_is_free_again_when_its_connection_ends() {
        let slots = Slots::new(2, u64::MAX);
        let (first, second) = (slots.take(), slots.take());
        assert!(first.is_some() && second.is_some() && slots.take().is_none());
        drop(first);
        assert!(slots.take().is_some());
    }
}
