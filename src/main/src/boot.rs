//! Start and stop of the whole server.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use api::{App, Limits, Metrics, Parts};
use config::{
    Config, RegistrationMode, Secret,
    clock::{Clock as _, SharedClock, SystemClock},
    random::{SharedEntropy, SystemEntropy},
};
use ruma::{OwnedServerName, RoomVersionId};
use storage::{OpenError, Store, WriteError};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    identity::{self, IdentityError},
    outgoing,
    serve::{Bound, Listen, ListenError, Serving},
    tasks, tokens,
};

/// What tests put in the place of the real thing.
#[derive(Default)]
pub struct Overrides {
    /// Time.
    pub clock: Option<SharedClock>,
    /// Randomness.
    pub entropy: Option<SharedEntropy>,
}

/// Why the server can't run. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder for the data can't be made.
    #[error("server.data: {} can't be made ({why}): choose a folder that this user may write", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's own words.
        why: std::io::Error,
    },
    /// An address can't be listened on.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The database can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The data are not this server's.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A setting that only shows to be wrong here.
    #[error("{key}: {why}")]
    Setting {
        /// The setting.
        key: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A part can't read what it needs.
    #[error("{part} can't start: {why}")]
    Part {
        /// Which part.
        part: &'static str,
        /// Its own words.
        why: String,
    },
    /// The last writes did not reach the disk.
    #[error("the database could not be closed cleanly: {0}; check the disk before the next start")]
    Close(#[from] WriteError),
}

/// A running server.
pub struct Server {
    app: App,
    serving: Serving,
    judging: JoinHandle<()>,
    first_token: Option<Secret>,
    new: bool,
}

impl Server {
    /// Starts everything that `config` says.
    pub async fn start(config: Arc<Config>) -> Result<Self, StartError> {
        Self::start_with(config, Overrides::default()).await
    }

    /// The same with another clock or randomness.
    pub async fn start_with(config: Arc<Config>, overrides: Overrides) -> Result<Self, StartError> {
        let clock = overrides.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let entropy = overrides.entropy.unwrap_or_else(|| Arc::new(SystemEntropy));
        make_folder(&config.server.data)?;
        let bound = Bound::bind(Listen::of(&config)).await?;
        let mut config = config;
        let first_token = first_token(&mut config, &entropy)?;
        let (app, judging) = open(Arc::clone(&config), clock, entropy).await?;
        let new = app.users.accounts.page(None, 1).map_err(|error| part("users", &error))?.is_empty();
        let router = api::router(app.clone()).merge(web::router());
        let serving = bound.serve(router, api::metrics_router(app.clone()), app.stopping.clone());
        Ok(Self { app, serving, judging, first_token, new })
    }

    /// The addresses that are listened on.
    pub fn addresses(&self) -> &[SocketAddr] {
        self.serving.addresses()
    }

    /// The address of the figures, if there is one.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.serving.metrics_address()
    }

    /// The parts, for tests that look inside.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Whether nobody had an account when the server started.
    pub fn has_no_accounts(&self) -> bool {
        self.new
    }

    /// The token that the server made up, as the settings name none.
    pub fn first_token(&self) -> Option<&str> {
        self.first_token.as_ref().map(Secret::expose)
    }

    /// Stops listening, ends long polls, lets other requests finish, and writes everything out.
    pub async fn stop(self) -> Result<(), StartError> {
        self.app.store.end_watches();
        self.serving.stop().await;
        if let Some(search) = &self.app.search {
            search.stopped().await;
        }
        crate::push::stopped(self.judging, &self.app.push).await;
        let store = self.app.store.clone();
        let closed = tokio::task::spawn_blocking(move || store.close()).await;
        closed.map_err(|error| part("storage", &error))?.map_err(StartError::Close)
    }
}

fn make_folder(path: &Path) -> Result<(), StartError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|why| StartError::Folder { path: path.to_owned(), why })
}

/// Where registration takes a token and the settings have none, the one of the data folder joins them.
fn first_token(config: &mut Arc<Config>, entropy: &SharedEntropy) -> Result<Option<Secret>, StartError> {
    if config.registration_mode() != RegistrationMode::Token || !config.registration.tokens.is_empty() {
        return Ok(None);
    }
    let path = config.server.data.clone();
    let token = tokens::in_folder(&path, entropy.as_ref()).map_err(|why| StartError::Folder { path, why })?;
    Arc::make_mut(config).registration.tokens.push(token.clone());
    Ok(Some(token))
}

/// Opens the parts from the lowest to the highest. With the task that judges who is notified.
async fn open(
    config: Arc<Config>,
    clock: SharedClock,
    entropy: SharedEntropy,
) -> Result<(App, JoinHandle<()>), StartError> {
    let name = server_name(&config)?;
    let version = config.rooms.default_version.as_str();
    let default_version =
        RoomVersionId::try_from(version).map_err(|error| setting("rooms.default_version", &error))?;

    let store = open_store(&config, true).await?;
    let keys = identity::open(&store, &name, entropy.as_ref()).await?;

    let rooms = rooms::Rooms::open(rooms::RoomsDeps {
        store: store.clone(),
        server_name: name.clone(),
        signing_key: Arc::clone(&keys.current),
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        settings: rooms::Settings { default_version, cache_bytes: config.storage.cache_bytes.bytes() / 2 },
    })
    .map_err(|error| part("rooms", &error))?;
    let users = users::Users::open(users::UsersDeps {
        store: store.clone(),
        rooms: rooms.clone(),
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        server_name: name,
        settings: users::Settings::from(&*config),
    })
    .await
    .map_err(|error| part("users", &error))?;
    let delayed = crate::delayed::open(&config, &store, &clock, &entropy);
    let media = crate::media::open(&config, &store, &clock, &entropy)?;
    let stopping = CancellationToken::new();
    let federation = federation::Federation::open(federation::FederationDeps {
        store: store.clone(),
        rooms: rooms.clone(),
        users: users.clone(),
        media: media.clone(),
        keys,
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        settings: federation::Settings {
            servers: config.federation.clone(),
            net: outgoing::options(&config),
        },
        stopping: stopping.clone(),
    })
    .map_err(|error| setting("server.extra_ca_file", &error))?;
    let sync = open_sync(&config, &store, &rooms, &users);
    users.start();
    let search = config.search.enabled.then(|| open_search(&config, &store, &rooms, &entropy));
    let limits = Limits::new(&config.rate_limits);
    let (push, judging) =
        crate::push::start(&config, (&store, &rooms, &users), (&clock, &entropy), &stopping).await?;
    tokio::spawn(tasks::send_all(federation.clone(), stopping.clone()));
    if let Some(search) = &search {
        search.start(stopping.clone());
    }
    let parts = Parts {
        config,
        metrics: Metrics::new(Arc::clone(&clock)),
        clock,
        entropy,
        store,
        rooms,
        users,
        delayed,
        federation,
        media,
        sync,
        push,
        search,
        limits,
        stopping,
    };
    let app = App::new(parts);
    if app.config.federation.enabled {
        app.federation.start().map_err(|error| part("federation", &error))?;
    }
    tokio::spawn(tasks::tidy(app.clone()));
    tokio::spawn(tasks::send_delayed(app.clone()));
    Ok((app, judging))
}

fn open_sync(config: &Config, store: &Store, rooms: &rooms::Rooms, users: &users::Users) -> sync::Sync {
    sync::Sync::new(sync::SyncDeps {
        store: store.clone(),
        rooms: rooms.clone(),
        users: users.clone(),
        settings: sync::Settings {
            max_wait: config.sync.max_wait.duration(),
            timeline_limit: usize::from(config.sync.timeline_limit),
            max_timeline_limit: usize::from(config.sync.max_timeline_limit),
            cache_bytes: config.storage.cache_bytes.bytes() / 4,
        },
    })
}

fn open_search(
    config: &Config,
    store: &Store,
    rooms: &rooms::Rooms,
    entropy: &SharedEntropy,
) -> search::Search {
    search::Search::open(search::SearchDeps {
        store: store.clone(),
        rooms: rooms.clone(),
        entropy: Arc::clone(entropy),
        settings: search::Settings {
            path: config.search_path(),
            memory: config.search.memory_bytes.as_usize(),
        },
    })
}

fn server_name(config: &Config) -> Result<OwnedServerName, StartError> {
    let name = OwnedServerName::try_from(config.server.name.as_str());
    name.map_err(|error| setting("server.name", &error))
}

async fn open_store(config: &Config, create_if_missing: bool) -> Result<Store, StartError> {
    let options = storage::Options {
        cache_bytes: config.storage.cache_bytes.as_usize(),
        write_buffer_bytes: config.storage.write_buffer_bytes.as_usize(),
        create_if_missing,
        ..storage::Options::default()
    };
    let path = config.database_path();
    let store = tokio::task::spawn_blocking(move || Store::open(&path, options)).await;
    Ok(store.map_err(|error| part("storage", &error))??)
}

/// Gives the server of these data, which must not run, a new key to sign with. The ids of the old and the new one.
pub async fn rotate_key(config: &Config) -> Result<(String, String), StartError> {
    let store = open_store(config, false).await?;
    let (name, now_ms) = (server_name(config)?, SystemClock.now_ms());
    let ids = identity::rotate(&store, &name, &SystemEntropy, now_ms).await?;
    let closed = tokio::task::spawn_blocking(move || store.close()).await;
    closed.map_err(|error| part("storage", &error))??;
    Ok(ids)
}

pub(crate) fn part(part: &'static str, why: &dyn std::fmt::Display) -> StartError {
    StartError::Part { part, why: why.to_string() }
}

fn setting(key: &'static str, why: &dyn std::fmt::Display) -> StartError {
    StartError::Setting { key, why: why.to_string() }
}
