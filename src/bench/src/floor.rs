//! The floor: the smallest server that answers the harness's requests, with no rules at all.
//!
//! One JSON event is made, appended to a file, and acknowledged after one fsync for all that wait. Every long poll is
//! answered with the same bytes. So it costs what HTTP, the kernel and the disk cost, and a homeserver's figures can be
//! read as multiples of it. It keeps no accounts (whoever names a name is that person) and knows no membership: every
//! event is everybody's.

mod log;
mod routes;

use std::net::SocketAddr;
use std::path::Path;

use crate::Trouble;

/// Serves until the process ends.
pub fn serve(listen: SocketAddr, file: &Path) -> Result<(), Trouble> {
    let log = log::Log::open(file)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Trouble::io("starting the runtime"))?;
    runtime.block_on(async {
        let doing = || format!("listening on {listen}");
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(Trouble::io(doing()))?;
        axum::serve(listener, routes::router(log)).await.map_err(Trouble::io(doing()))
    })
}
