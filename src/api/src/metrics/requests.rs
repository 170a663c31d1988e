//! Requests, counted as they are answered.

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use config::clock::SharedClock;
use http::{Method, StatusCode};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};
use std::sync::Arc;

/// Upper ends of the ranges of durations, in seconds. Long polls are in the last ones.
const DURATIONS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0, 60.0];
/// What is asked for at a path that is none of ours.
const UNKNOWN: &str = "unknown";

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    /// The path's template, such as `/_matrix/client/v3/rooms/{room_id}/leave`.
    endpoint: String,
}

/// The same, and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    endpoint: String,
    status: &'static str,
}

/// Counts requests. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    clock: SharedClock,
    /// Milliseconds since the epoch.
    pub(super) started_ms: u64,
    families: Arc<Families>,
}

struct Families {
    requests: Family<Answered, Counter>,
    durations: Family<Asked, Histogram, fn() -> Histogram>,
}

impl Metrics {
    /// Nothing is counted yet; the server has just started.
    pub fn new(clock: SharedClock) -> Self {
        let durations: fn() -> Histogram = || Histogram::new(DURATIONS);
        let families =
            Families { requests: Family::default(), durations: Family::new_with_constructor(durations) };
        Self { started_ms: clock.now_ms(), clock, families: Arc::new(families) }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let Families { requests, durations } = &*self.families;
        registry.register(
            "chatsphere_requests",
            "Requests answered, by the endpoint's template and the kind of status",
            requests.clone(),
        );
        registry.register(
            "chatsphere_request_duration_seconds",
            "Time until the answer begins, waiting for news included",
            durations.clone(),
        );
    }
}

/// Counts a request and its answer.
pub(crate) async fn count(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let method = method(request.method());
    let path = request.extensions().get::<MatchedPath>();
    let endpoint = path.map_or(UNKNOWN, MatchedPath::as_str).to_owned();
    let begun = metrics.clock.monotonic();
    let response = next.run(request).await;
    let took = metrics.clock.monotonic().saturating_duration_since(begun);
    let Families { requests, durations } = &*metrics.families;
    let asked = Asked { method, endpoint };
    durations.get_or_create(&asked).observe(took.as_secs_f64());
    let Asked { method, endpoint } = asked;
    requests.get_or_create(&Answered { method, endpoint, status: kind(response.status()) }).inc();
    response
}

/// A method that some endpoint has; others are whatever somebody made up.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::HEAD => "HEAD",
        _ => "other",
    }
}

fn kind(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}
