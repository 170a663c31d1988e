//! `/.well-known/matrix/server`: the file by which a host says where its Matrix server is.

use config::clock::SharedClock;
use http::{HeaderMap, StatusCode, header};
use net::{Client, Limits};
use quick_cache::sync::Cache;
use serde::Deserialize;
use std::time::Duration;
use url::Url;

const LIMITS: Limits = Limits { time: Duration::from_secs(10), redirects: 5 };
/// The largest file, in bytes.
const MAX_FILE: usize = 64 * 1024;
/// How many hosts' files are remembered.
const REMEMBERED: usize = 5_000;

/// How long a file is good, in seconds: unless it says so itself, at the least, at the most, and when there is none.
const USUAL: u64 = 24 * 3600;
const SHORTEST: u64 = 5 * 60;
const LONGEST: u64 = 48 * 3600;
const MISSING: u64 = 3600;
/// When the host does not answer, in seconds: it may be starting.
const SILENT: u64 = 60;

#[derive(Clone)]
struct Found {
    server: Option<String>,
    until_ms: u64,
}

#[derive(Deserialize)]
struct File {
    #[serde(rename = "m.server")]
    server: String,
}

/// Reads hosts' files and remembers them.
pub(super) struct WellKnown {
    client: Client,
    clock: SharedClock,
    found: Cache<String, Found>,
}

impl WellKnown {
    pub(super) fn new(client: Client, clock: SharedClock) -> Self {
        Self { client, clock, found: Cache::new(REMEMBERED) }
    }

    /// The name in the host's file, and for how many milliseconds it is good.
    pub(super) async fn of(&self, host: &str) -> Option<(String, u64)> {
        let now = self.clock.now_ms();
        let known = self.found.get(host).filter(|found| found.until_ms > now);
        let found = if let Some(found) = known {
            found
        } else {
            let (server, seconds) = self.read(host).await;
            let found = Found { server, until_ms: now + seconds * 1000 };
            self.found.insert(host.to_owned(), found.clone());
            found
        };
        Some((found.server?, found.until_ms.saturating_sub(now)))
    }

    async fn read(&self, host: &str) -> (Option<String>, u64) {
        let Ok(url) = Url::parse(&format!("https://{host}/.well-known/matrix/server")) else {
            return (None, MISSING);
        };
        let fetched = self.client.fetch(url, &HeaderMap::new(), LIMITS, |url| url.scheme() == "https").await;
        let mut fetched = match fetched {
            Ok(fetched) => fetched,
            Err(error) => {
                tracing::trace!(%host, %error, "no file that says where the server is");
                return (None, SILENT);
            }
        };
        if fetched.status() != StatusCode::OK {
            return (None, MISSING);
        }
        let seconds = lifetime(fetched.headers());
        let Ok(body) = fetched.beginning(MAX_FILE).await else { return (None, SILENT) };
        let file = serde_json::from_slice::<File>(&body).ok();
        let server = file.map(|file| file.server).filter(|server| is_name(server));
        let seconds = if server.is_some() { seconds } else { MISSING };
        (server, seconds)
    }
}

fn is_name(text: &str) -> bool {
    <&ruma::ServerName>::try_from(text).is_ok()
}

/// How long the answer may be kept, in seconds.
fn lifetime(headers: &HeaderMap) -> u64 {
    let control =
        headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let age = control.split(',').find_map(|part| part.trim().strip_prefix("max-age=")?.parse().ok());
    let is_fresh = control.contains("no-store") || control.contains("no-cache");
    let seconds = if is_fresh { SHORTEST } else { age.unwrap_or(USUAL) };
    seconds.clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_kept_as_long_as_they_say_within_bounds() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CACHE_CONTROL, text.parse().expect("a header"));
            lifetime(&headers)
        };
        assert_eq!(lifetime(&HeaderMap::new()), USUAL);
        assert_eq!(of("public, max-age=7200"), 7200);
        assert_eq!(of("max-age=1"), SHORTEST);
        assert_eq!(of("max-age=99999999"), LONGEST);
        assert_eq!(of("no-store, max-age=7200"), SHORTEST);
    }
}
