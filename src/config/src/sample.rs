//! The commented settings file that `chatsphere config sample` prints.

use std::fmt::Write as _;

use figment::value::Value;

use crate::{Config, load::default_dict};

const HEAD: &str = "\
# ChatSphere's settings. Every key is here with its default, or with an example where there is none; take the \"#\"
# away from those that you want to change. Each can be set by a variable as well: CHATSPHERE_SERVER__NAME is name in
# [server]. `chatsphere config check` says whether a file is right.
";

/// A settings file with every key, its documentation and its default, all commented out.
pub fn sample() -> String {
    let defaults = default_dict();
    let mut text = String::from(HEAD);
    for section in Config::SECTIONS {
        text.push('\n');
        comment(&mut text, section.doc);
        _ = writeln!(text, "[{}]", section.name);
        for field in section.fields {
            text.push('\n');
            comment(&mut text, field.doc);
            let default = defaults.get(section.name).and_then(|section| section.as_dict()?.get(field.name));
            let value = match (field.example.first(), default) {
                (Some(example), _) => (*example).to_owned(),
                (None, Some(default)) => toml(default),
                (None, None) => String::new(),
            };
            _ = writeln!(text, "#{} = {value}", field.name);
        }
    }
    text
}

fn comment(text: &mut String, lines: &[&str]) {
    for line in lines {
        _ = writeln!(text, "#{}", line.trim_end());
    }
}

fn toml(value: &Value) -> String {
    match value {
        Value::String(_, text) => format!("{text:?}"),
        Value::Array(_, items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Bool(_, on) => on.to_string(),
        Value::Num(_, number) => {
            let whole =
                number.to_u128().map(|n| n.to_string()).or_else(|| number.to_i128().map(|n| n.to_string()));
            whole.unwrap_or_default()
        }
        Value::Char(..) | Value::Empty(..) | Value::Dict(..) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_file_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/chatsphere.example.toml");
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        assert!(stored == sample(), "config/chatsphere.example.toml is stale: run `./x config-sample`");
    }

    #[test]
    fn every_key_of_the_sample_is_accepted_and_shows_its_default() {
        let defaults = default_dict();
        for section in Config::SECTIONS {
            for field in section.fields {
                let default = &defaults[section.name].as_dict().unwrap().get(field.name);
                let shown = field.example.first().map(|e| (*e).to_owned()).or(default.map(toml));
                assert!(
                    shown.is_some_and(|shown| !shown.is_empty()),
                    "{}.{} shows nothing",
                    section.name,
                    field.name
                );
            }
        }
        let uncommented: String = sample()
            .lines()
            .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
            .filter(|line| !line.contains("/etc/chatsphere/"))
            .filter(|line| !line.contains("0.0.0.0:443"))
            .filter(|line| !line.contains("long random"))
            .map(|line| format!("{line}\n"))
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("chatsphere.toml");
        std::fs::write(&file, uncommented).unwrap();
        let config = Config::load_with(Some(&file), []).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(config.passwords, Config::default().passwords);
        assert_eq!(config.rate_limits, Config::default().rate_limits);
    }
}
