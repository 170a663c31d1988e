//! SRV records (RFC 2782): `_matrix-fed._tcp` and, deprecated, `_matrix._tcp`.

use hickory_resolver::{TokioResolver, proto::rr::RData};
use std::time::Duration;
use tokio::sync::OnceCell;

/// How long one try of a look-up may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Where a server is, by its SRV records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) host: String,
    pub(super) port: u16,
}

/// Looks for SRV records. What it finds is remembered for as long as the records say.
#[derive(Default)]
pub(super) struct Srv {
    /// `None` on a machine without settings for DNS.
    resolver: OnceCell<Option<TokioResolver>>,
}

impl Srv {
    pub(super) async fn of(&self, host: &str) -> Option<Target> {
        let resolver = self.resolver.get_or_init(|| async { resolver() }).await.as_ref()?;
        for service in ["_matrix-fed._tcp", "_matrix._tcp"] {
            let found = resolver.srv_lookup(format!("{service}.{host}.")).await;
            let Ok(found) = found.inspect_err(|error| tracing::trace!(%host, %error, "no SRV record")) else {
                continue;
            };
            let records = found.answers().iter().filter_map(|record| match &record.data {
                RData::SRV(srv) => Some(srv),
                _ => None,
            });
            // The lowest priority first, and of those the heaviest.
            let best = records.min_by_key(|srv| (srv.priority, u16::MAX - srv.weight));
            if let Some(best) = best {
                let host = best.target.to_ascii().trim_end_matches('.').to_owned();
                return (!host.is_empty()).then_some(Target { host, port: best.port });
            }
        }
        None
    }
}

fn resolver() -> Option<TokioResolver> {
    let builder = TokioResolver::builder_tokio()
        .inspect_err(|error| tracing::warn!(%error, "no SRV records are looked for, as the system has no settings for DNS"));
    let mut builder = builder.ok()?;
    let options = builder.options_mut();
    options.timeout = TIMEOUT;
    options.attempts = 1;
    builder.build().ok()
}
