//! How a caller watches and stops a run.

/// What long work tells its caller, and asks of it. Called from worker threads; the caller has the clock.
pub trait Progress: Sync {
    /// `done` of `total` steps of the stage `name` are finished.
    fn stage(&self, name: &str, done: u64, total: u64);

    /// Whether to stop soon. The best valid plan so far is returned with `stopped` set, and the promise of equal
    /// bytes is lifted.
    fn cancelled(&self) -> bool;
}

/// Nobody watches and nobody stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _name: &str, _done: u64, _total: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}
