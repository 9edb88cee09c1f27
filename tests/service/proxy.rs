//! A line between two programs that is slow, silent, cut or dead as a test wants it. It passes bytes
//! both ways and knows nothing of what they mean.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is wrong with the line; by default nothing.
#[derive(Clone, Copy, Default)]
pub struct Fault {
    /// Each piece comes so much later.
    pub latency: Duration,
    /// Bytes a second, each way.
    pub rate: Option<usize>,
    /// Nothing passes; nobody is told.
    pub stall: bool,
    /// The connection is cut after so many bytes each way.
    pub cut_after: Option<usize>,
    /// Every new connection is hung up on.
    pub refuse: bool,
}

/// The line; faults hold for connections that are open as well.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    fault: Mutex<Fault>,
    ends: Mutex<Vec<TcpStream>>,
}

/// Most bytes that pass at once.
const PIECE: usize = 4_096;
/// How often a silent line is looked at.
const LOOK: Duration = Duration::from_millis(10);

impl Proxy {
    /// Before a port of this machine.
    pub fn before(target: u16) -> Proxy {
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy { port: door.local_addr().unwrap().port(), shared: Arc::default() };
        let shared = Arc::clone(&proxy.shared);
        std::thread::spawn(move || {
            for near in door.incoming() {
                let _ = pass(near, target, &shared);
            }
        });
        proxy
    }

    /// From here on the line is so.
    pub fn set(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
    }

    /// Cuts every connection there is.
    pub fn cut(&self) {
        for end in self.shared.ends.lock().unwrap().drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}

fn pass(
    near: std::io::Result<TcpStream>,
    target: u16,
    shared: &Arc<Shared>,
) -> std::io::Result<()> {
    let near = near?;
    if shared.fault.lock().unwrap().refuse {
        return near.shutdown(Shutdown::Both);
    }
    let far = TcpStream::connect(("127.0.0.1", target))?;
    shared.ends.lock().unwrap().extend([near.try_clone()?, far.try_clone()?]);
    for (from, to) in [(near.try_clone()?, far.try_clone()?), (far, near)] {
        let shared = Arc::clone(shared);
        std::thread::spawn(move || {
            let _ = carry(&from, &to, &shared);
            let _ = (from.shutdown(Shutdown::Read), to.shutdown(Shutdown::Write));
        });
    }
    Ok(())
}

/// One way, to its end.
fn carry(mut from: &TcpStream, mut to: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut passed = 0;
    let mut piece = [0; PIECE];
    loop {
        let fault = || *shared.fault.lock().unwrap();
        // Of a slow line a tenth of a second's worth at a time.
        let most = fault().rate.map_or(PIECE, |rate| (rate / 10).clamp(1, PIECE));
        let count = from.read(&mut piece[..most])?;
        if count == 0 {
            return Ok(());
        }
        while fault().stall {
            std::thread::sleep(LOOK);
        }
        let Fault { latency, rate, cut_after, .. } = fault();
        std::thread::sleep(latency);
        if let Some(rate) = rate {
            std::thread::sleep(Duration::from_secs_f64(count as f64 / rate as f64));
        }
        let room = cut_after.map_or(count, |limit: usize| limit.saturating_sub(passed).min(count));
        to.write_all(&piece[..room])?;
        passed += room;
        if room < count {
            let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
            return Ok(());
        }
    }
}
