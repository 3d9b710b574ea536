//! Files in and out, coordinate systems and the store.
