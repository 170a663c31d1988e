//! Crates and their layers: docs/architecture.md has a table whose first column names the crates in order; a crate
//! depends only on crates above it.

use super::files::Sources;

pub(super) fn check(sources: &Sources) -> Vec<String> {
    let Some(page) = sources.find("docs/architecture.md") else {
        return vec!["docs/architecture.md is missing".to_owned()];
    };
    let order = order(&page.text);
    let mut broken = Vec::new();
    let mut present = Vec::new();
    for (folder, manifest) in sources.manifests() {
        let name = package(&manifest.text);
        if folder != name && !(folder == "main" && name == "chatsphere") {
            broken.push(format!("{}: the crate in src/{folder} calls itself {name:?}", manifest.path));
        }
        let Some(place) = order.iter().position(|known| *known == name) else {
            broken.push(format!("{}: docs/architecture.md has no row for `{name}`", manifest.path));
            continue;
        };
        present.push(name);
        for dependency in dependencies(&manifest.text) {
            if order.iter().position(|known| *known == dependency).is_some_and(|other| other >= place) {
                broken.push(format!(
                    "{}: `{name}` may not depend on `{dependency}`, which is not above it",
                    manifest.path
                ));
            }
        }
    }
    for name in order {
        if !present.contains(&name) {
            broken.push(format!("docs/architecture.md: there is no crate `{name}`"));
        }
    }
    broken
}

/// The crates in the table after the heading "## Crates", in order.
fn order(page: &str) -> Vec<&str> {
    let (_, section) = page.split_once("\n## Crates").unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('|').next())
        .flat_map(|cell| cell.split('`').filter(|word| !word.trim().is_empty() && !word.contains([',', '('])))
        .map(str::trim)
        .collect()
}

fn package(manifest: &str) -> &str {
    let line = manifest.lines().find_map(|line| line.strip_prefix("name = "));
    line.unwrap_or_default().trim().trim_matches('"')
}

/// The names in `[dependencies]`.
fn dependencies(manifest: &str) -> Vec<&str> {
    let (_, section) = manifest.split_once("\n[dependencies]\n").unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    lines
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::files::Source, *};

    fn sources(rows: &[&str], manifests: &[(&str, &str, &[&str])]) -> Sources {
        let mut page = "# Map\n\n## Crates\n\n| crate | holds |\n| --- | --- |\n".to_owned();
        page.extend(rows.iter().map(|row| format!("| {row} | something |\n")));
        page.push_str("\n## Other\n\n| `not a crate` | x |\n");
        let mut files = vec![Source { path: "docs/architecture.md".into(), text: page }];
        for (folder, name, dependencies) in manifests {
            let mut text = format!("[package]\nname = \"{name}\"\n\n[dependencies]\n");
            text.extend(dependencies.iter().map(|name| format!("{name}.workspace = true\n")));
            text.push_str("\n[dev-dependencies]\nupper.workspace = true\n");
            files.push(Source { path: format!("src/{folder}/Cargo.toml"), text });
        }
        Sources(files)
    }

    #[test]
    fn layers_are_held() {
        let rows = ["`lower`", "`middle`, `beside`", "`upper`"];
        let fine = sources(
            &rows,
            &[
                ("lower", "lower", &[]),
                ("middle", "middle", &["lower", "serde"]),
                ("beside", "beside", &["middle"]),
                ("upper", "upper", &["lower"]),
            ],
        );
        assert_eq!(check(&fine), Vec::<String>::new());
        let wrong = sources(
            &rows,
            &[
                ("lower", "lower", &["upper"]),
                ("middle", "other", &[]),
                ("beside", "beside", &[]),
                ("upper", "upper", &[]),
            ],
        );
        let broken = check(&wrong);
        assert_eq!(broken.len(), 4, "{broken:#?}");
        assert!(broken[0].contains("`lower` may not depend on `upper`"));
    }
}
