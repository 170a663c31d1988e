//! The server-server API (spec v1.19), by area; one endpoint, one file.

mod about;
mod device_keys;
mod events;
mod keys;
mod media;
mod membership;
mod peer;
mod questions;
mod transactions;

use crate::{App, routes::Routes};
use axum::{Router, middleware::from_fn_with_state};

/// All endpoints of the server-server API; none when the operator wants no federation.
pub(crate) fn routes(app: &App) -> Router<App> {
    if !app.config.federation.enabled {
        return Router::new();
    }
    let open = [about::routes, keys::routes, questions::open_routes];
    let open = open.into_iter().fold(Routes::new(), |routes, area| area(routes));
    let signed = [
        device_keys::routes,
        events::routes,
        media::routes,
        membership::routes,
        questions::routes,
        transactions::routes,
    ];
    let signed = signed.into_iter().fold(Routes::new(), |routes, area| area(routes));
    let proven = signed.into_router().route_layer(from_fn_with_state(app.clone(), peer::prove));
    open.into_router().merge(proven)
}
