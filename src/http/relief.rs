//! Connections when the process may open no further file (R21). The framework then waits for half a
//! second before it takes the next few, and takes those that have hung up meanwhile like all others:
//! after a crowd it would be many seconds until anybody is served. One file is held in reserve, by
//! which those who wait are let in one by one and told.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use super::slots::BUSY;

/// How often it is looked whether a file can still be opened.
const LOOK: Duration = Duration::from_millis(100);
/// Most connections that are told in one look: as many as wait at the most.
const AT_ONCE: usize = 1_024;
/// What the system says where the process, or the machine, has too many files open (errno.h).
const TOO_MANY: [i32; 2] = [24, 23];

/// Watches over a port of which the framework holds another handle. Never ends.
pub async fn relieve(port: TcpListener) {
    let (mut spare, mut told) = (reserve().ok(), 0_usize);
    loop {
        tokio::time::sleep(LOOK).await;
        let famine = reserve()
            .err()
            .is_some_and(|why| why.raw_os_error().is_some_and(|number| TOO_MANY.contains(&number)));
        if famine {
            drop(spare.take());
            let before = told;
            told += turn_away(&port);
            // Rarer and rarer, or the log would be flooded as well.
            if told.checked_ilog2() != before.checked_ilog2() {
                tracing::warn!(told, "no further file can be opened: connections are turned away");
            }
        }
        if spare.is_none() {
            spare = reserve().ok();
        }
    }
}

/// A file that is there to be closed.
fn reserve() -> std::io::Result<File> {
    File::open("/dev/null")
}

/// Tells everybody who waits that there is no room; how many that were.
fn turn_away(port: &TcpListener) -> usize {
    let mut told = 0;
    while told < AT_ONCE {
        match port.accept() {
            Ok((socket, _)) => tell(socket),
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
            // Nobody waits, or others were faster and the reserve is gone.
            Err(_) => break,
        }
        told += 1;
    }
    told
}

/// Whether it heard is its own affair: nobody is waited for. What it sent already is read, for a
/// connection that is closed over unread bytes takes its answer with it.
fn tell(mut socket: TcpStream) {
    if socket.set_nonblocking(true).is_ok() {
        let _ = socket.read(&mut [0; 4_096]);
        let _ = socket.write(BUSY.as_bytes());
    }
}
