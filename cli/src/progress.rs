//! Progress: a line that is written over, on a terminal only, and one that stays for each step that took long.

use crate::usage;
use partition::progress::Progress;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Steps that took longer leave a line.
const LONG: Duration = Duration::from_secs(1);

/// A line on stderr that is written over, and the CPU time at which each stage began.
pub(crate) struct Line {
    start: Instant,
    terminal: bool,
    begun: Mutex<Vec<(String, f64)>>,
    now: Mutex<Option<(String, Instant)>>,
}

impl Line {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            terminal: std::io::stderr().is_terminal(),
            begun: Mutex::default(),
            now: Mutex::default(),
        }
    }

    /// Ends the step before, if there is one and its name is another, and begins `name`.
    pub(crate) fn step(&self, name: &str) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.as_ref().is_none_or(|(before, _)| before != name) {
            self.keep(now.replace((name.to_owned(), Instant::now())));
        }
        drop(now);
        self.say(name);
    }

    /// Leaves a line about a step that took long.
    fn keep(&self, step: Option<(String, Instant)>) {
        if let Some((name, since)) = step
            && since.elapsed() > LONG
        {
            let wipe = if self.terminal { "\r\x1b[K" } else { "" };
            let _ = writeln!(std::io::stderr(), "{wipe}{name}: {:.1} s", since.elapsed().as_secs_f64());
        }
    }

    /// Says what is being done.
    fn say(&self, what: &str) {
        if self.terminal && self.start.elapsed() > Duration::from_millis(250) {
            let _ = write!(std::io::stderr(), "\r\x1b[K{what} … {:.0} s", self.start.elapsed().as_secs_f64());
        }
    }

    /// Ends the last step and wipes the line.
    pub(crate) fn done(&self) {
        self.keep(self.now.lock().unwrap_or_else(PoisonError::into_inner).take());
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
        if done == 0 {
            self.step(name);
        }
        self.say(&format!("{name} {done}/{total}"));
    }

    fn cancelled(&self) -> bool {
        false
    }
}
