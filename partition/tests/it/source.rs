//! Reads Rust sources just well enough to know which paths they name.

use std::{fs, path::Path};

/// One source file.
pub(crate) struct Source {
    /// Path below the folder it was read from, with `/`.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

/// Every `.rs` below `folder`, build output and node modules left out; names are relative to `root`.
pub(crate) fn read(folder: &Path, root: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules"].contains(&name.as_str()) && !name.starts_with('.') {
                found.extend(read(&path, root));
            }
        } else if name.ends_with(".rs") {
            let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            found.push(Source { name: relative, text: fs::read_to_string(&path).expect("UTF-8 source") });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

impl Source {
    /// The module of this file below `src`: `a/b.rs` and `a/b/mod.rs` are `[a, b]`, `lib.rs` is `[]`.
    pub(crate) fn module(&self) -> Vec<String> {
        let mut parts: Vec<_> = self.name.trim_end_matches(".rs").split('/').map(String::from).collect();
        if parts.last().is_some_and(|l| ["mod", "lib", "main"].contains(&l.as_str())) {
            parts.pop();
        }
        parts
    }

    /// Whether the whole file is unit tests.
    pub(crate) fn is_test(&self) -> bool {
        self.module().iter().any(|m| m == "tests" || m.ends_with("_tests"))
    }

    /// The text above the unit tests at the end of the file.
    pub(crate) fn without_tests(&self) -> Self {
        let text = self.text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
        Self { name: self.name.clone(), text }
    }

    /// Every path of two or more parts the code names, groups taken apart: `use a::{b, c::D}` names `a::b`
    /// and `a::c::D`. Comments, strings and characters are no code.
    pub(crate) fn paths(&self) -> Vec<String> {
        let tokens = tokens(&self.text);
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            if is_word(&tokens[at]) && tokens.get(at + 1).is_some_and(|t| t == "::") {
                at = tree(&tokens, at, "", &mut found);
            } else {
                at += 1;
            }
        }
        found
    }
}

/// Where a path of `module` leads, from the root of the crate; `None` for paths into other crates.
pub(crate) fn absolute(path: &str, module: &[String]) -> Option<Vec<String>> {
    let parts: Vec<&str> = path.split("::").collect();
    let (mut base, mut rest) = match parts[0] {
        "crate" => (Vec::new(), &parts[1..]),
        "self" => (module.to_vec(), &parts[1..]),
        "super" => (module.to_vec(), &parts[..]),
        _ => return None,
    };
    while let Some(("super", below)) = rest.split_first().map(|(f, b)| (*f, b)) {
        base.pop();
        rest = below;
    }
    base.extend(rest.iter().map(|p| (*p).to_owned()));
    Some(base)
}

/// Reads the path or use-tree at `at`, adds its leaves below `prefix`, and returns where it ends.
fn tree(tokens: &[String], mut at: usize, prefix: &str, found: &mut Vec<String>) -> usize {
    let mut path = prefix.to_owned();
    while let Some(token) = tokens.get(at) {
        if token == "{" {
            at += 1;
            while tokens.get(at).is_some_and(|t| t != "}") {
                let next = tree(tokens, at, &path, found);
                at = if next == at { at + 1 } else { next };
            }
            return at + 1;
        }
        if !is_word(token) && token != "*" {
            break;
        }
        if !path.is_empty() {
            path.push_str("::");
        }
        path.push_str(token);
        at += 1;
        if tokens.get(at).is_some_and(|t| t == "::") {
            at += 1;
        } else {
            break;
        }
    }
    if path != prefix && path.contains("::") {
        found.push(path.replace("::self", ""));
    }
    at
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words, `::` and single signs; comments, strings and characters left out.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut i) = (Vec::new(), 0);
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    while i < chars.len() {
        let c = chars[i];
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            while i < chars.len() {
                match (chars[i], at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 1),
                    ('*', '/') => (depth, i) = (depth - 1, i + 1),
                    _ => {}
                }
                i += 1;
                if depth == 0 {
                    break;
                }
            }
        } else if c == 'r' && (at(i + 1) == '"' || at(i + 1) == '#' && matches!(at(i + 2), '"' | '#')) {
            let hashes = (i + 1..).take_while(|&j| at(j) == '#').count();
            i += hashes + 2;
            while i < chars.len() && !(chars[i] == '"' && (1..=hashes).all(|h| at(i + h) == '#')) {
                i += 1;
            }
            i += hashes + 1;
        } else if c == '"' {
            i += 1;
            while i < chars.len() && chars[i] != '"' {
                i += if chars[i] == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if c == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < chars.len() && chars[i] != '\'' {
                i += 1;
            }
            i += 1;
        } else if c.is_alphanumeric() || c == '_' {
            let start = i;
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            out.push(chars[start..i].iter().collect());
        } else if c == ':' && at(i + 1) == ':' {
            out.push("::".to_owned());
            i += 2;
        } else {
            if !c.is_whitespace() {
                out.push(c.to_string());
            }
            i += 1;
        }
    }
    out
}

mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        Source { name: "a/b.rs".into(), text: text.into() }.paths()
    }

    #[test]
    fn groups_are_taken_apart() {
        assert_eq!(
            paths("use std::{fs, io::{self, Read}, x::*};"),
            ["std::fs", "std::io", "std::io::Read", "std::x::*"]
        );
        assert_eq!(paths("use {std::fs, crate::a as b};"), ["std::fs", "crate::a"]);
    }

    #[test]
    fn comments_strings_and_characters_name_nothing() {
        assert_eq!(
            paths("/// [`std::fs`]\n/* std::net /* x */ std::io */ let s = \"std::fs \\\" std::env\";"),
            [""; 0]
        );
        assert_eq!(
            paths("r#\"std::fs \" std::fs\"#; '\"'; f::<'a>(std::env::args(), '\\'', x::y)"),
            ["std::env::args", "x::y"]
        );
    }

    #[test]
    fn super_climbs_to_the_root() {
        let module = ["check".to_owned(), "rules".to_owned()];
        assert_eq!(absolute("super::super::frame::Point", &module).unwrap(), ["frame", "Point"]);
        assert_eq!(absolute("self::table", &module).unwrap(), ["check", "rules", "table"]);
        assert_eq!(absolute("crate::chain", &module).unwrap(), ["chain"]);
        assert_eq!(absolute("rayon::prelude", &module), None);
    }
}
