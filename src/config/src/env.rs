//! `CHATSPHERE_SECTION__KEY` variables as a layer over the file.

use figment::{
    Metadata, Profile, Provider,
    providers::{Format, Toml},
    value::{Dict, Map, Value},
};

/// The variables that name a setting. Others with the same prefix (such as one that names the settings file) have no
/// double underscore and are left alone.
pub(crate) struct Variables {
    settings: Vec<(String, String, String)>,
    defaults: Dict,
}

const PREFIX: &str = "CHATSPHERE_";

impl Variables {
    /// Picks the settings out of `variables`; `defaults` tell what kind of value each key takes.
    pub(crate) fn new(variables: impl IntoIterator<Item = (String, String)>, defaults: Dict) -> Self {
        let setting = |(name, text): (String, String)| {
            let (section, key) = name.strip_prefix(PREFIX)?.split_once("__")?;
            Some((section.to_lowercase(), key.to_lowercase(), text))
        };
        Self { settings: variables.into_iter().filter_map(setting).collect(), defaults }
    }

    /// The name of the variable for a key.
    pub(crate) fn name(section: &str, key: &str) -> String {
        format!("{PREFIX}{}__{}", section.to_uppercase(), key.to_uppercase())
    }

    /// Whether the value of a key came from here.
    pub(crate) fn sets(&self, section: &str, key: &str) -> bool {
        self.settings.iter().any(|(s, k, _)| s == section && k == key)
    }

    fn value(&self, section: &str, key: &str, text: &str) -> Value {
        let default = self.defaults.get(section).and_then(|section| section.as_dict()?.get(key));
        match default {
            Some(Value::Array(..)) if !text.trim_start().starts_with('[') => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Value::from(items.map(Value::from).collect::<Vec<_>>())
            }
            Some(Value::Array(..) | Value::Num(..) | Value::Bool(..)) => {
                parse(text).unwrap_or_else(|| Value::from(text))
            }
            _ => Value::from(text),
        }
    }
}

/// Reads a number, a truth value or a list the way the file would.
fn parse(text: &str) -> Option<Value> {
    Toml::string(&format!("value = {text}")).data().ok()?.remove(&Profile::Default)?.remove("value")
}

impl Provider for Variables {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment").interpolater(|_, keys| match keys {
            [section, key, ..] => Self::name(section, key),
            _ => keys.join("."),
        })
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut dict = Dict::new();
        for (section, key, text) in &self.settings {
            let value = self.value(section, key, text);
            match dict.entry(section.clone()).or_insert_with(|| Value::from(Dict::new())) {
                Value::Dict(_, section) => section.insert(key.clone(), value),
                _ => None,
            };
        }
        Ok(Profile::Default.collect(dict))
    }
}
