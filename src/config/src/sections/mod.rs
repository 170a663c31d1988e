//! One file a section. Each declares its keys with their defaults and checks what types alone can't.

mod delayed_events;
mod federation;
mod hosts;
mod logging;
mod media;
mod metrics;
mod passwords;
mod presence;
mod push;
mod rate_limits;
mod registration;
mod rooms;
mod search;
mod server;
mod storage;
mod sync;
mod tls;
mod tokens;
mod url_previews;

pub use self::{
    delayed_events::DelayedEvents,
    federation::Federation,
    logging::{LogFormat, Logging},
    media::Media,
    metrics::Metrics,
    passwords::Passwords,
    presence::Presence,
    push::Push,
    rate_limits::RateLimits,
    registration::{Registration, RegistrationMode},
    rooms::Rooms,
    search::Search,
    server::Server,
    storage::Storage,
    sync::Sync,
    tls::Tls,
    tokens::Tokens,
    url_previews::UrlPreviews,
};
