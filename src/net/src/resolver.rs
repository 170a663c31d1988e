//! Names become addresses, and only those that may be reached.

use crate::{Guard, NetError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's resolver behind the guard. What it returns is what is connected to, so a name that resolves otherwise the
/// next time gains nothing.
pub(crate) struct GuardedResolver(pub(crate) Guard);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0;
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let is_empty = found.is_empty();
            let allowed: Vec<_> = found.into_iter().filter(|address| guard.allows(address.ip())).collect();
            if allowed.is_empty() && !is_empty {
                return Err(NetError::Forbidden(name.as_str().to_owned()).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
