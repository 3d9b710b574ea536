//! The command `wangge`.

fn main() {}
