//! Progress, on a terminal only and not before there is something to wait for.

use crate::usage;
use partition::progress::Progress;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A line on stderr that is written over, and the CPU time at which each stage began.
pub(crate) struct Line {
    start: Instant,
    terminal: bool,
    begun: Mutex<Vec<(String, f64)>>,
}

impl Line {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), terminal: std::io::stderr().is_terminal(), begun: Mutex::default() }
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

    /// CPU seconds between the beginnings of `stage` and of the one after it.
    pub(crate) fn cpu_s_of(&self, stage: &str) -> Option<f64> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let at = begun.iter().position(|(name, _)| name == stage)?;
        Some(begun.get(at + 1)?.1 - begun[at].1)
    }
}

impl Progress for Line {
    fn stage(&self, name: &str, done: u64, total: u64) {
        if done == 0
            && let Some(now) = usage::cpu_s()
        {
            self.begun.lock().unwrap_or_else(PoisonError::into_inner).push((name.to_owned(), now));
        }
        self.say(&format!("{name} {done}/{total}"));
    }

    fn cancelled(&self) -> bool {
        false
    }
}
