//! The shape of the workspace: which crate may use which, which module may use which, what the pure core
//! never touches, and how long a file may be.

use crate::source::{self, Source};
use cargo_metadata::{Metadata, MetadataCommand};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Which crates of the workspace a crate may depend on, in any way. Crates that do not exist yet are listed.
const MAY_USE: [(&str, &[&str]); 8] = [
    ("partition", &[]),
    ("web", &[]),
    ("tiles", &["partition"]),
    ("print", &["partition"]),
    ("data", &["partition"]),
    ("api", &["data", "tiles", "print", "partition", "web"]),
    ("cli", &["api", "data", "tiles", "print", "partition", "web"]),
    ("benches", &["api", "cli", "data", "tiles", "print", "partition", "web"]),
];

/// The modules of `partition` in layers: a module may use lower layers and, without a circle, its own.
const LAYERS: [&[&str]; 7] = [
    &["progress"],
    &["frame"],
    &["chain"],
    &["subdivision"],
    &["coverage", "units", "graph", "measure", "workload"],
    &["solve", "plan", "people"],
    &["check"],
];

/// What `partition` never names: files, sockets, clocks, processes, the environment, runtimes, unseeded chance.
const IMPURE: [&str; 14] = [
    "std::fs",
    "std::net",
    "std::time",
    "std::env",
    "std::process",
    "std::os",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::thread::sleep",
    "tokio",
    "async_std",
    "rand::rng",
    "rand::thread_rng",
];

/// Crates that would bring the outside world into `partition`.
const IMPURE_CRATES: [&str; 10] =
    ["tokio", "async-std", "smol", "sqlx", "reqwest", "hyper", "axum", "chrono", "time", "gdal"];

/// Longest file that needs no reason.
const LINES: usize = 800;

fn metadata() -> Metadata {
    MetadataCommand::new().no_deps().exec().expect("cargo metadata")
}

#[test]
fn crates_use_only_the_crates_below_them() {
    let metadata = metadata();
    let members: BTreeSet<_> = metadata.packages.iter().map(|p| p.name.to_string()).collect();
    for package in &metadata.packages {
        let allowed = MAY_USE.iter().find(|(name, _)| *name == package.name.as_str());
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{}: give it a place in MAY_USE", package.name));
        for used in package.dependencies.iter().filter(|d| members.contains(&d.name)) {
            assert!(allowed.contains(&used.name.as_str()), "{} must not use {}", package.name, used.name);
        }
    }
}

#[test]
fn the_pure_core_depends_on_no_runtime_store_or_clock() {
    let metadata = metadata();
    for package in
        metadata.packages.iter().filter(|p| ["partition", "tiles", "print"].contains(&p.name.as_str()))
    {
        for used in package.dependencies.iter().filter(|d| d.kind == cargo_metadata::DependencyKind::Normal) {
            assert!(
                !IMPURE_CRATES.contains(&used.name.as_str()),
                "{} depends on {}",
                package.name,
                used.name
            );
        }
    }
}

#[test]
fn the_binary_with_gdal_reads_with_gdal() {
    let packages = metadata().packages;
    let feature = |name: &str| {
        packages.iter().find(|p| p.name.as_str() == name).and_then(|p| p.features.get("gdal").cloned())
    };
    if feature("data").is_some() {
        let passed_on = feature("cli").unwrap_or_default().iter().any(|f| f == "data/gdal");
        assert!(passed_on, "cli/Cargo.toml must say gdal = [\"data/gdal\"]");
    }
}

#[test]
fn the_folder_of_a_crate_has_its_name() {
    for package in &metadata().packages {
        let folder = package.manifest_path.parent().and_then(|p| p.file_name());
        assert_eq!(folder, Some(package.name.as_str()));
    }
}

#[test]
fn partition_names_no_file_socket_clock_or_environment() {
    for source in partition() {
        for path in source.paths() {
            let hit = IMPURE.iter().find(|bad| path == **bad || path.starts_with(&format!("{bad}::")));
            assert_eq!(hit, None, "{} names {path}", source.name);
            assert!(path != "std::*", "{} names everything of std", source.name);
        }
    }
}

#[test]
fn modules_of_partition_use_only_lower_layers() {
    let uses = module_uses();
    for (module, used) in &uses {
        let Some(layer) = layer_of(module) else { panic!("{module}: give it a place in LAYERS") };
        for other in used {
            assert!(layer_of(other) <= Some(layer), "{module} must not use {other}, which stands above it");
        }
    }
    // Within a layer: no circle. Take modules away that use nothing left, until none is left.
    let mut left: BTreeSet<&String> = uses.keys().collect();
    while !left.is_empty() {
        let free: Vec<_> =
            left.iter().copied().filter(|m| uses[*m].iter().all(|u| !left.contains(u))).collect();
        assert!(!free.is_empty(), "these modules use each other in a circle: {left:?}");
        for module in free {
            left.remove(module);
        }
    }
}

#[test]
fn a_long_file_says_why_at_its_top() {
    let root = root();
    let members = metadata().packages;
    for package in &members {
        let folder = package.manifest_path.parent().expect("a manifest lies in a folder");
        for source in source::read(folder.as_std_path(), &root) {
            let lines = source.text.lines().count();
            let reason =
                source.text.lines().take(15).any(|l| l.starts_with("//") && l.contains("Long because"));
            assert!(
                lines <= LINES || reason,
                "{}: {lines} lines and no \"Long because …\" at its top",
                source.name
            );
        }
    }
}

/// For each module of `partition`, the other modules its product code names.
fn module_uses() -> BTreeMap<String, BTreeSet<String>> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in partition() {
        let module = source.module();
        if module.is_empty() || source.is_test() {
            continue;
        }
        let used = uses.entry(module[0].clone()).or_default();
        for path in source.without_tests().paths() {
            let Some(absolute) = source::absolute(&path, &module) else { continue };
            used.extend(
                absolute.first().filter(|top| layer_of(top).is_some() && **top != module[0]).cloned(),
            );
        }
    }
    uses
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn partition() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources = source::read(&src, &src);
    assert!(sources.len() > 10, "found only {} sources", sources.len());
    sources
}

fn root() -> std::path::PathBuf {
    metadata().workspace_root.into_std_path_buf()
}
