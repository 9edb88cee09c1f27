//! A client's connection with the bounds that the framework lacks: it gives a time to the head of a
//! connection's first request only, and waits without end for later heads, for the rest of a body
//! that nobody reads, and for a client that does not take its answer (R17, R18).
//!
//! What a handler reads is bounded elsewhere ([`super::pace`]); what lies between two requests, and
//! every answer, is bounded here.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::dev::ServiceRequest;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::slots::Slot;

/// Bytes of an answer that the system takes over at a time. It would take megabytes, and then tell
/// of a client's reading only in steps as large; and a thousand slow readers would hold gigabytes.
const SEND_BUFFER: usize = 128 * 1024;

/// How slow a client may be.
#[derive(Clone, Copy)]
pub struct Patience {
    /// How long a head may take from its first byte on.
    pub head: Duration,
    /// The time over which the pace of an answer is measured.
    pub stall: Duration,
    /// Bytes of an answer that must be taken in that time, while there are any.
    pub least: usize,
}

/// What a connection is used for just now, shared with the requests on it.
#[derive(Default)]
pub struct Meter {
    in_hand: Cell<usize>,
    /// Something came since the last request was answered.
    begun: Cell<bool>,
}

/// A request that is being answered; its connection waits for no head meanwhile.
pub struct InHand(Option<Rc<Meter>>);

impl InHand {
    /// Takes a request in hand, until this is dropped.
    pub fn take(req: &ServiceRequest) -> InHand {
        let meter = req.conn_data::<Rc<Meter>>().cloned();
        if let Some(meter) = &meter {
            meter.in_hand.set(meter.in_hand.get() + 1);
        }
        InHand(meter)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        if let Some(meter) = &self.0 {
            meter.in_hand.set(meter.in_hand.get().saturating_sub(1));
            meter.begun.set(false);
        }
    }
}

/// The connection.
pub struct Wire {
    socket: TcpStream,
    patience: Patience,
    meter: Rc<Meter>,
    head_ends: Option<Pin<Box<Sleep>>>,
    owed: Option<Owed>,
    _slot: Slot,
}

/// An answer that the client has not taken yet.
struct Owed {
    judged: Pin<Box<Sleep>>,
    taken: usize,
}

impl Wire {
    /// Bounds a connection; the slot is free again when it ends.
    pub fn new(socket: TcpStream, patience: Patience, slot: Slot) -> Wire {
        // A system that refuses leaves its own size, which serves as well, only more coarsely.
        let _ = rustix::net::sockopt::set_socket_send_buffer_size(&socket, SEND_BUFFER);
        let meter = Rc::default();
        Wire { socket, patience, meter, head_ends: None, owed: None, _slot: slot }
    }

    /// The meter, for the requests on this connection.
    pub fn meter(&self) -> Rc<Meter> {
        Rc::clone(&self.meter)
    }

    /// Whether a head has begun to come and no request is being worked on.
    fn awaits_head(&self) -> bool {
        self.meter.begun.get() && self.meter.in_hand.get() == 0 && self.owed.is_none()
    }

    /// Whether the client took too little of its answer; a new measure begins where it did not.
    fn is_stalled(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(owed) = &mut self.owed else { return false };
        if owed.judged.as_mut().poll(cx).is_pending() {
            return false;
        }
        let stalled = owed.taken < self.patience.least;
        self.owed = None;
        stalled
    }
}

fn late() -> Poll<io::Result<usize>> {
    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.awaits_head() {
            this.head_ends = None;
        } else if let Some(end) = &mut this.head_ends
            && end.as_mut().poll(cx).is_ready()
        {
            return late().map_ok(drop);
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.socket).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            this.meter.begun.set(true);
        }
        if read.is_pending() && this.awaits_head() && this.head_ends.is_none() {
            let mut end = Box::pin(sleep(this.patience.head));
            // Polled once, so that the connection is woken by it.
            let _ = end.as_mut().poll(cx);
            this.head_ends = Some(end);
        }
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.is_stalled(cx) {
            return late();
        }
        let written = Pin::new(&mut this.socket).poll_write(cx, bytes);
        match (&written, &mut this.owed) {
            (Poll::Ready(Ok(count)), Some(owed)) => owed.taken += count,
            (Poll::Pending, None) => {
                let mut judged = Box::pin(sleep(this.patience.stall));
                let _ = judged.as_mut().poll(cx);
                this.owed = Some(Owed { judged, taken: 0 });
            }
            _ => {}
        }
        written
    }

    /// The framework flushes once all that there is was written: then nothing is owed.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.owed = None;
        Pin::new(&mut this.socket).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(cx)
    }
}
