//! Invariants of the solver.
