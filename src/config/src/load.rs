//! From file and environment to [`Config`].

use std::path::{Path, PathBuf};

use figment::{
    Figment, Profile, Provider,
    error::Kind,
    providers::{Format, Serialized, Toml},
    value::{Dict, Value},
};

use crate::{Config, ConfigError, Problem, env::Variables};

/// The settings file that is used when none is named: `chatsphere.toml` here, in the user's settings folder, or in
/// `/etc/chatsphere`. `None` when there is none of them.
pub fn find() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let user = variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")));
    let user = user.map(|folder| folder.join("chatsphere/chatsphere.toml"));
    let places = [Some("chatsphere.toml".into()), user, Some("/etc/chatsphere/chatsphere.toml".into())];
    places.into_iter().flatten().find(|path| path.exists())
}

impl Config {
    /// Reads `file`, if any, and the environment of this process.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::load_with(
            file,
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))),
        )
    }

    /// Reads `file`, if any, and the given variables.
    pub fn load_with(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let text = file.map(|file| read(file).map(|text| (file, text))).transpose()?;
        let source = file.map(|file| file.display().to_string()).unwrap_or_default();
        let toml = text.map(|(file, text)| parse(file, &text)).transpose()?.unwrap_or_default();
        let variables = Variables::new(variables, default_dict());
        let from_environment = variables.data().map_err(|error| one(&error, &source))?;
        let from_environment = from_environment.into_values().next().unwrap_or_default();

        let mut problems = unknown_keys(&toml, |_, _| source.clone());
        problems.extend(unknown_keys(&from_environment, Variables::name));
        if !problems.is_empty() {
            return Err(ConfigError(problems));
        }
        let config = Figment::from(Serialized::defaults(Self::default()))
            .merge(Serialized::from(toml, Profile::Default))
            .merge(Serialized::from(from_environment, Profile::Default))
            .extract::<Self>()
            .map_err(|error| describe(error, &variables, &source))?;
        let config = config.with_paths_from(file.and_then(Path::parent).unwrap_or(Path::new("")));
        let problems = config.problems();
        if problems.is_empty() {
            return Ok(config);
        }
        let located = problems.into_iter().map(|problem| {
            let source = locate(&problem.key, &variables, &source);
            Problem { source, ..problem }
        });
        Err(ConfigError(located.collect()))
    }

    /// Makes relative paths start at `folder`.
    fn with_paths_from(mut self, folder: &Path) -> Self {
        let paths = [
            &mut self.server.extra_ca_file,
            &mut self.tls.certificate,
            &mut self.tls.key,
            &mut self.media.path,
        ];
        for path in paths.into_iter().flatten().chain([&mut self.server.data]) {
            *path = folder.join(&*path);
        }
        self
    }
}

/// The defaults as figment sees them.
pub(crate) fn default_dict() -> Dict {
    let value = Value::serialize(Config::default()).expect("the defaults are plain values");
    value.into_dict().expect("the settings are sections")
}

fn read(file: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(file).map_err(|error| {
        ConfigError(vec![Problem {
            source: file.display().to_string(),
            key: String::new(),
            message: format!("can't be read ({error})"),
            fix: "name a settings file that exists, or none to use the defaults".into(),
        }])
    })
}

fn parse(file: &Path, text: &str) -> Result<Dict, ConfigError> {
    let data = Toml::string(text).data();
    data.map(|mut profiles| profiles.remove(&Profile::Default).unwrap_or_default()).map_err(|error| {
        ConfigError(vec![Problem {
            source: file.display().to_string(),
            key: String::new(),
            message: format!("is no valid TOML: {}", error.kind.to_string().trim_end().replace('\n', "\n  ")),
            fix: String::new(),
        }])
    })
}

/// Every key of `dict` that no section declares, with the nearest one that exists.
fn unknown_keys(dict: &Dict, source: impl Fn(&str, &str) -> String) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (section, value) in dict {
        let Some(info) = Config::SECTIONS.iter().find(|info| info.name == section) else {
            let nearest = nearest(section, Config::SECTIONS.iter().map(|info| info.name));
            let key = value.as_dict().and_then(|keys| keys.keys().next()).map_or("", String::as_str);
            problems.push(unknown(source(section, key), section.clone(), "section", nearest));
            continue;
        };
        for key in value.as_dict().into_iter().flat_map(Dict::keys) {
            if !info.fields.iter().any(|field| field.name == key) {
                let nearest = nearest(key, info.fields.iter().map(|field| field.name));
                problems.push(unknown(source(section, key), format!("{section}.{key}"), "key", nearest));
            }
        }
    }
    problems
}

fn unknown(source: String, key: String, what: &str, nearest: Option<&str>) -> Problem {
    let fix = match nearest {
        Some(nearest) => format!("did you mean {nearest:?}?"),
        None => "remove it; `chatsphere config sample` shows all there are".to_owned(),
    };
    Problem { source, key, message: format!("there is no such {what}"), fix }
}

fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.map(|name| (strsim::jaro_winkler(given, name), name));
    scored.filter(|(score, _)| *score > 0.75).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

fn one(error: &figment::Error, source: &str) -> ConfigError {
    let problem = Problem {
        source: source.to_owned(),
        key: error.path.join("."),
        message: error.kind.to_string(),
        fix: String::new(),
    };
    ConfigError(vec![problem])
}

/// Turns figment's errors into ours.
fn describe(error: figment::Error, variables: &Variables, file: &str) -> ConfigError {
    let problem = |error: figment::Error| {
        let key = error.path.iter().take(2).cloned().collect::<Vec<_>>().join(".");
        let message = match &error.kind {
            Kind::InvalidType(found, expected) => format!("found {found}, expected {expected}"),
            Kind::UnknownVariant(found, known) => format!("{found:?} is not one of {}", known.join(", ")),
            kind => kind.to_string(),
        };
        Problem { source: locate(&key, variables, file), key, message, fix: String::new() }
    };
    ConfigError(error.into_iter().map(problem).collect())
}

/// Where the value of `key` came from.
fn locate(key: &str, variables: &Variables, file: &str) -> String {
    match key.split_once('.') {
        Some((section, key)) if variables.sets(section, key) => Variables::name(section, key),
        _ => file.to_owned(),
    }
}
