//! Progress, on a terminal only and not before there is something to wait for.

use partition::solve::Progress;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// A line on stderr that is written over.
pub(crate) struct Line {
    start: Instant,
    terminal: bool,
}

impl Line {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), terminal: std::io::stderr().is_terminal() }
    }

    /// Says what is being done.
    pub(crate) fn say(&self, what: &str) {
        if self.terminal && self.start.elapsed() > Duration::from_millis(250) {
            let _ = write!(std::io::stderr(), "\r\x1b[K{what} … {:.0} s", self.start.elapsed().as_secs_f64());
        }
    }

    /// Wipes the line.
    pub(crate) fn done(&self) {
        if self.terminal {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Progress for Line {
    fn stage(&self, name: &str, done: u64, total: u64) {
        self.say(&format!("{name} {done}/{total}"));
    }

    fn cancelled(&self) -> bool {
        false
    }
}
