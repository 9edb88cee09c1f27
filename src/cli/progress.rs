//! Long work shows a bar on a terminal and plain lines elsewhere.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// How many plain lines a piece of work writes at the most.
const LINES: u64 = 10;

/// Shows how far something has come.
pub struct Progress {
    bar: Option<ProgressBar>,
    what: &'static str,
    total: u64,
}

impl Progress {
    /// Begins; `total` is 0 where it is not known.
    pub fn new(what: &'static str, total: u64) -> Progress {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(total);
            let style = "{msg} [{bar:40}] {pos}/{len} {per_sec} {eta}";
            bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| {
                // The template is a constant; the default bar will do if it were wrong.
                ProgressStyle::default_bar()
            }));
            bar.set_message(what);
            bar
        });
        Progress { bar, what, total }
    }

    /// So many are done; `before` were at the last call.
    pub fn at(&self, before: u64, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            return;
        }
        let step = (self.total / LINES).max(1);
        if done / step != before / step {
            eprintln!("{}: {done}/{}", self.what, self.total);
        }
    }

    /// Ends.
    pub fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
