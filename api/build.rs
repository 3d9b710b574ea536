//! Has the page embedded anew when it appears: cargo knows of the files that were there, not of those that were not.
//! And keeps our bundled SQLite to ourselves when libgdal is linked, see `cli/build.rs`.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Once there is a build of the page, only that is watched, and not the sources and their packages.
    let watched = ["../web/dist", "../web"].into_iter().find(|p| Path::new(p).exists());
    if let Some(path) = watched {
        println!("cargo::rerun-if-changed={path}");
    }
    if std::env::var_os("CARGO_FEATURE_GDAL").is_some()
        && std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux")
    {
        println!("cargo::rustc-link-arg=-Wl,--exclude-libs,ALL");
    }
}
