//! Figures for operators, in the text format of Prometheus, on an address of their own.
//!
//! What the parts of the server count is read when somebody asks; only requests are counted here. Labels are bounded: endpoints by
//! their templates, methods and statuses by kind.

mod families;
mod figures;
mod process;
mod requests;

pub use self::requests::Metrics;
pub(crate) use self::requests::count;

use self::figures::Figures;
use crate::{ApiError, App};
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::header;
use prometheus_client::{
    encoding::prometheus_text::{CONTENT_TYPE, encode},
    registry::Registry,
};

/// `GET /metrics`, for a listener that is not public.
pub fn router(app: App) -> Router {
    Router::new().route("/metrics", get(show)).with_state(app)
}

async fn show(State(app): State<App>) -> Result<Response, ApiError> {
    // Some figures are counted on disk.
    let text = tokio::task::spawn_blocking(move || text(&app)).await.map_err(ApiError::internal)??;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}

fn text(app: &App) -> Result<String, ApiError> {
    let mut registry = Registry::default();
    app.metrics.register(&mut registry);
    registry.register_collector(Box::new(Figures::read(app)?));
    let mut text = String::new();
    encode(&mut text, &registry).map_err(ApiError::internal)?;
    Ok(text)
}
