//! Events that are sent later (MSC4140, "Cancellable delayed events"), under the paths of the proposal and under those that
//! clients call until a spec has it.

mod act;
mod deliver;
mod get;
mod list;
mod message;
mod schedule;
mod state;

pub(super) use self::{message::handle as message, state::handle as state, state::handle_without_key};

use crate::{ApiError, call::read_body, routes::Routes};
use axum::body::Body;
use delayed::{DelayedEvent, Outcome};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, value::RawValue};

/// The query parameter with which clients ask `/send` and `/state` to wait, in milliseconds.
pub(super) const DELAY: &str = "org.matrix.msc4140.delay";

pub(super) fn routes(routes: Routes) -> Routes {
    routes.with(act::router()).with(get::router()).with(list::router()).with(schedule::router())
}

/// An event as its sender is told of it. `delay_ms` and `scheduled_at` once had other names, which clients still read.
fn shown(id: &str, event: DelayedEvent) -> Result<Value, ApiError> {
    let content: Box<RawValue> = serde_json::from_str(&event.content).map_err(ApiError::internal)?;
    let mut shown = Map::new();
    shown.insert("delay_id".into(), id.into());
    shown.insert("room_id".into(), event.room_id.as_str().into());
    shown.insert("type".into(), event.kind.into());
    if let Some(key) = event.state_key {
        shown.insert("state_key".into(), key.into());
    }
    for name in ["delay_ms", "delay"] {
        shown.insert(name.into(), event.delay_ms.into());
    }
    for name in ["scheduled_at", "running_since"] {
        shown.insert(name.into(), event.since_ms.into());
    }
    shown.insert("content".into(), serde_json::to_value(content).map_err(ApiError::internal)?);
    match event.outcome {
        None => return Ok(Value::Object(shown)),
        Some(Outcome::Sent(event_id)) => shown.insert("event_id".into(), event_id.as_str().into()),
        Some(Outcome::Refused(error)) => {
            shown.insert("error".into(), serde_json::from_str(&error).map_err(ApiError::internal)?)
        }
        Some(Outcome::Cancelled) => None,
    };
    shown.insert("finalised_ts".into(), event.ended_ms.into());
    Ok(Value::Object(shown))
}

/// What a client wants, from the body of its request.
async fn wanted<T: DeserializeOwned>(body: Body) -> Result<T, ApiError> {
    serde_json::from_slice(&read_body(body).await?)
        .map_err(|problem| ApiError::bad_json(format!("The body has the wrong shape: {problem}.")))
}
