//! Certificates hold, and fall when tampered with.
