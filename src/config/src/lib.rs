//! The settings of a ChatSphere server, and the clock and randomness that all parts are handed.
//!
//! Settings come from the defaults, then one TOML file, then `CHATSPHERE_SECTION__KEY` variables. A key that nobody knows
//! is an error, and every error names the key and what to do. Nothing here reads the network.

pub mod clock;
pub mod describe;
mod env;
mod load;
mod problem;
pub mod random;
mod sample;
mod secret;
mod sections;
mod units;

use self::{
    describe::{Section, SectionInfo},
    problem::Problems,
};
pub use self::{
    load::find,
    problem::{ConfigError, Problem},
    sample::sample,
    secret::Secret,
    sections::{
        DelayedEvents, Federation, LogFormat, Logging, Media, Metrics, Passwords, Presence, Push, RateLimits,
        Registration, RegistrationMode, Rooms, Search, Server, Storage, Sync, Tls, Tokens, UrlPreviews,
    },
    units::{ByteSize, Period, Rate},
};

/// Declares [`Config`] and the list of its sections from one list.
macro_rules! config {
    ($($name:ident: $type:ty),* $(,)?) => {
        /// All settings, by section.
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Config {
            $(
                #[doc = concat!("`[", stringify!($name), "]`")]
                pub $name: $type,
            )*
        }

        impl Config {
            /// What the sections say about themselves, in the order of the sample file.
            pub const SECTIONS: &'static [SectionInfo] = &[
                $( SectionInfo {
                    name: stringify!($name),
                    doc: <$type as Section>::DOC,
                    fields: <$type as Section>::FIELDS,
                }, )*
            ];
        }
    };
}

config! {
    server: Server,
    tls: Tls,
    registration: Registration,
    rooms: Rooms,
    federation: Federation,
    media: Media,
    search: Search,
    url_previews: UrlPreviews,
    delayed_events: DelayedEvents,
    sync: Sync,
    presence: Presence,
    push: Push,
    rate_limits: RateLimits,
    tokens: Tokens,
    passwords: Passwords,
    storage: Storage,
    logging: Logging,
    metrics: Metrics,
}

impl Config {
    /// The database's folder.
    pub fn database_path(&self) -> std::path::PathBuf {
        self.server.data.join("db")
    }

    /// The folder of uploaded files.
    pub fn media_path(&self) -> std::path::PathBuf {
        self.media.path.clone().unwrap_or_else(|| self.server.data.join("media"))
    }

    /// The folder of the full-text index.
    pub fn search_path(&self) -> std::path::PathBuf {
        self.server.data.join("search")
    }

    /// Who may make an account.
    pub fn registration_mode(&self) -> RegistrationMode {
        self.registration.mode_on(&self.server)
    }

    /// Checks what the types alone can't, section by section.
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::default();
        self.server.validate(problems.enter("server"));
        self.tls.validate(problems.enter("tls"));
        self.registration.validate(problems.enter("registration"));
        self.rooms.validate(problems.enter("rooms"));
        self.federation.validate(problems.enter("federation"));
        self.media.validate(problems.enter("media"));
        self.search.validate(problems.enter("search"));
        self.url_previews.validate(problems.enter("url_previews"));
        self.delayed_events.validate(problems.enter("delayed_events"));
        self.sync.validate(problems.enter("sync"));
        self.push.validate(problems.enter("push"));
        self.tokens.validate(problems.enter("tokens"));
        self.passwords.validate(problems.enter("passwords"));
        self.storage.validate(problems.enter("storage"));
        if self.server.listen.is_empty() && self.tls.listen.is_empty() {
            problems.enter("server").add(
                "listen",
                "nobody could reach the server",
                "name an address, here or in tls.listen",
            );
        }
        problems.into_vec()
    }
}
