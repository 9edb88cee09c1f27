//! chromedriver: one process for each browser, on a port of its own choice.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Flags of Chromium: no window, no sandbox (containers have none to offer), and no talk of its
/// own with anybody, so that every request seen is the page's.
pub const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];
/// Several drivers that start at once may choose the same port; then one of them gives up.
const TRIES: usize = 5;

/// Whether there is a browser to test with. In CI a missing one is a failure.
pub fn is_here() -> bool {
    let there = Command::new("chromedriver").arg("--version").stdout(Stdio::null()).status();
    let there = there.is_ok_and(|status| status.success());
    assert!(there || std::env::var("CI").is_err(), "chromedriver is not here; use tests/run");
    there
}

/// A driver at work; it ends with this value, also when a test panics.
pub struct Driver {
    process: Child,
    /// Where it listens.
    pub address: String,
}

impl Driver {
    pub fn start() -> Driver {
        (0..TRIES).find_map(|_| Driver::try_start()).expect("chromedriver does not start")
    }

    fn try_start() -> Option<Driver> {
        let mut program = Command::new("chromedriver");
        program.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = program.spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = said.find_map(|line| {
            let line = line.ok()?;
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let address = format!("http://127.0.0.1:{}", port.unwrap_or_default());
        let driver = Driver { process, address };
        port?;
        // What it says later must not fill the pipe.
        std::thread::spawn(move || said.for_each(drop));
        Some(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
