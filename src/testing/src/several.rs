//! Servers that share rooms.

use crate::{Gate, TestServer, tls};
use config::Config;
use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
};

impl TestServer {
    /// Two servers that can reach each other over TLS on the loopback address. Their names are addresses with ports.
    pub async fn pair() -> (Self, Self) {
        (Self::reachable().await, Self::reachable().await)
    }

    /// As many servers that can reach each other.
    pub async fn several(count: usize) -> Vec<Self> {
        let mut servers = Vec::with_capacity(count);
        for _ in 0..count {
            servers.push(Self::reachable().await);
        }
        servers
    }

    /// A server that the others of the test can reach over TLS, and that believes them.
    pub async fn reachable() -> Self {
        let address = free_address();
        Self::start_with(|config| {
            config.tls.certificate = Some(tls::write_certificate(&config.server.data));
            config.tls.key = Some(tls::write_key(&config.server.data));
            config.tls.listen = vec![address];
            believe(config, address.to_string());
        })
        .await
    }

    /// A server that others reach only through the gate, whose address is its name.
    pub async fn behind(gate: &Gate) -> Self {
        Self::start_at(Some(gate.clone()), None, |config| believe(config, gate.name().to_owned())).await
    }
}

fn believe(config: &mut Config, name: String) {
    let certificate = tls::write_certificate(&config.server.data);
    trust(config, name, certificate);
}

/// A server of this name believes whoever shows the certificate.
pub(crate) fn trust(config: &mut Config, name: String, certificate: PathBuf) {
    config.server.extra_ca_file = Some(certificate);
    config.server.name = name;
    config.federation.key_servers.clear();
}

/// For servers whose name has the port in it, so that the port must be known before the server starts.
pub(crate) fn free_address() -> SocketAddr {
    let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    address.expect("a free port")
}
