//! Keeps our bundled SQLite to ourselves when libgdal is linked.
//!
//! Without this the executable exports its `sqlite3_*` symbols and libgdal silently runs on our SQLite instead
//! of the one it was built for. The flag doesn't pass from a library to its users: every package with a binary
//! or test that turns the feature `gdal` on needs the same line.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_GDAL").is_some()
        && std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux")
    {
        println!("cargo::rustc-link-arg=-Wl,--exclude-libs,ALL");
    }
}
