use std::net::SocketAddr;

use crate::describe::section;

section! {
    /// Figures for Prometheus, at `/metrics` of an address of their own. Off unless it is set.
    Metrics {
        /// One that only your own machines reach: whoever does can read how busy the server is.
        listen: Option<SocketAddr> = None, example "\"127.0.0.1:9100\"";
    }
}
