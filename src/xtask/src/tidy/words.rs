//! Rules about words in files.

use super::files::Sources;

/// Column families are opened by the catalogue alone; everyone else has a typed table.
pub(super) fn table_names(sources: &Sources) -> Vec<String> {
    find(sources, |path, line| {
        let opens = ["cf_handle(", "ColumnFamilyDescriptor::new("].iter().any(|call| line.contains(call));
        opens && !path.starts_with("src/storage/") && !path.starts_with("src/xtask/")
    })
}

/// A path that exists on one person's machine has no place in the repository.
pub(super) fn machine_paths(sources: &Sources) -> Vec<String> {
    let prefixes = ["/home", "/Users", "/root", "/work"].map(|prefix| format!("{prefix}/"));
    let mut broken = Vec::new();
    for source in sources.0.iter().filter(|source| !source.path.ends_with("package-lock.json")) {
        for (index, line) in source.text.lines().enumerate() {
            let starts = |prefix: &String| {
                line.match_indices(prefix.as_str()).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || "._-/}~<>:".contains(c))
                })
            };
            if prefixes.iter().any(starts) {
                broken.push(format!("{}:{}: {}", source.path, index + 1, line.trim()));
            }
        }
    }
    broken
}

/// Every crate takes the workspace's lints.
pub(super) fn workspace_lints(sources: &Sources) -> Vec<String> {
    let without =
        sources.manifests().filter(|(_, manifest)| !manifest.text.contains("[lints]\nworkspace = true"));
    without
        .map(|(_, manifest)| format!("{}: add \"[lints]\" with \"workspace = true\"", manifest.path))
        .collect()
}

/// Each file in `tests/` is linked on its own, with the whole database: one program with modules is enough.
pub(super) fn one_test_program(sources: &Sources) -> Vec<String> {
    let mut broken = Vec::new();
    for (folder, _) in sources.manifests() {
        let prefix = format!("src/{folder}/tests/");
        let programs = sources.0.iter().filter_map(|source| source.path.strip_prefix(&prefix));
        let programs: Vec<_> = programs
            .filter(|rest| (rest.ends_with(".rs") && !rest.contains('/')) || rest.ends_with("/main.rs"))
            .collect();
        if programs.len() > 1 {
            broken.push(format!(
                "{prefix}: {} are programs of their own; make them modules of one",
                programs.join(", ")
            ));
        }
    }
    broken
}

/// Nothing unfinished is left in shipped code.
pub(super) fn leftovers(sources: &Sources) -> Vec<String> {
    let words = ["TODO", "FIXME", "XXX", "HACK"].map(|word| format!("{word}{}", ":"));
    find(sources, |path, line| {
        let macros = ["todo!(", "unimplemented!(", "dbg!("];
        let own = path.starts_with("src/xtask/src/tidy/");
        !own && (macros.iter().any(|call| line.contains(call))
            || words.iter().any(|word| line.contains(word.as_str())))
    })
}

/// Shipped code handles what can go wrong, or says with `expect` why it can't.
pub(super) fn unwraps(sources: &Sources) -> Vec<String> {
    let unshipped = ["src/bench/", "src/testing/", "src/xtask/"];
    find(sources, |path, line| {
        let code = line.split("//").next().unwrap_or_default();
        code.contains(".unwrap()") && !unshipped.iter().any(|folder| path.starts_with(folder))
    })
}

fn find(sources: &Sources, breaks: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources.rust() {
        for (number, line) in source.shipped_lines().filter(|(_, line)| breaks(&source.path, line)) {
            broken.push(format!("{}:{number}: {}", source.path, line.trim()));
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::{super::files::Source, *};

    fn one(path: &str, text: &str) -> Sources {
        Sources(vec![Source { path: path.into(), text: text.into() }])
    }

    #[test]
    fn machine_paths_are_found_and_urls_are_not() {
        let bad = format!("see {}/anna/notes", "/home");
        assert_eq!(machine_paths(&one("docs/a.md", &bad)).len(), 1);
        let good = format!("https://example.org{}/x and $HOME{}/y", "/home", "/work");
        assert_eq!(machine_paths(&one("docs/a.md", &good)).len(), 0);
    }

    #[test]
    fn leftovers_are_found_before_the_tests() {
        let text = "fn a() { todo!() }\n#[cfg(test)]\nmod tests { fn b() { todo!() } }\n";
        assert_eq!(leftovers(&one("src/rooms/src/a.rs", text)), ["src/rooms/src/a.rs:1: fn a() { todo!() }"]);
    }

    #[test]
    fn a_second_test_program_is_found() {
        let manifest = "[package]\nname = \"a\"\n[lints]\nworkspace = true\n";
        let file = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        let mut sources = Sources(vec![
            file("src/a/Cargo.toml", manifest),
            file("src/a/tests/it/main.rs", ""),
            file("src/a/tests/it/x.rs", ""),
        ]);
        assert!(one_test_program(&sources).is_empty());
        sources.0.push(file("src/a/tests/other.rs", ""));
        assert_eq!(one_test_program(&sources).len(), 1);
        assert!(workspace_lints(&sources).is_empty());
    }
}
