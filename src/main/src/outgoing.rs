//! What requests to others may reach, and as whom they are made.

use crate::StartError;
use config::Config;
use net::{Client, Options};

/// For requests to other servers and to push services.
pub(crate) fn options(config: &Config) -> Options {
    Options {
        allow_private: config.server.allow_private_addresses,
        extra_ca_file: config.server.extra_ca_file.clone(),
        user_agent: concat!("ChatSphere/", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

/// Makes such requests.
pub(crate) fn client(options: &Options) -> Result<Client, StartError> {
    Client::new(options)
        .map_err(|why| StartError::Setting { key: "server.extra_ca_file", why: why.to_string() })
}
