//! The HTTP face of the server: the Matrix client-server API and server-server API.
//!
//! One endpoint, one file. A handler gets a [`call::Call`]: its request parsed by ruma's types and its caller
//! proven by the endpoint's authentication scheme. Logic that two endpoints need lives below, in `rooms`,
//! `users`, `media` or `sync`; errors become Matrix error codes in [`error`] and nowhere else.

mod app;
mod call;
mod caller;
mod client;
mod error;
mod extract;
mod layers;
mod legacy;
mod limits;
mod metrics;
mod refusals;
mod routes;
mod server;

pub use app::{App, Parts};
pub use error::ApiError;
pub use limits::Limits;
pub use metrics::{Metrics, router as metrics_router};

/// All that the server answers over HTTP.
pub fn router(app: App) -> axum::Router {
    let router = client::routes().into_router().merge(server::routes(&app));
    let mut router = layers::wrap(router);
    // Where nobody can ask for the figures, requests go without being counted.
    if app.config.metrics.listen.is_some() {
        router = router.layer(axum::middleware::from_fn_with_state(app.metrics.clone(), metrics::count));
    }
    router.with_state(app)
}
