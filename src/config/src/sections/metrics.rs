use std::net::SocketAddr;

use crate::{describe::section, problem::Problems};

section! {
    /// Figures for Prometheus, at /metrics on an address of their own.
    Metrics {
        /// Whether to serve them.
        enabled: bool = false;
        /// Where. Anyone who can reach it can read them.
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 9008));
    }
}

impl Metrics {
    pub(crate) fn validate(&self, listen: &[SocketAddr], problems: &mut Problems) {
        if self.enabled && listen.contains(&self.listen) {
            problems.add("listen", format!("{} is taken by server.listen", self.listen), "use another port");
        }
    }
}
