//! `GET /_matrix/client/versions`: the spec versions that clients may rely on (spec "API Versions").

use crate::{ApiError, call::Call};
use ruma::api::client::discovery::get_supported_versions::{Request, Response};

/// Versions whose endpoints this server has.
const VERSIONS: [&str; 14] = [
    "r0.5.0", "r0.6.0", "r0.6.1", "v1.1", "v1.2", "v1.3", "v1.4", "v1.5", "v1.6", "v1.7", "v1.8", "v1.9",
    "v1.10", "v1.11",
];

/// Proposals that clients look for by name.
const FEATURES: &[&str] = &[
    "org.matrix.label_based_filtering",
    "org.matrix.msc2285.stable",
    "org.matrix.msc3440.stable",
    "org.matrix.msc4174",
    "org.matrix.msc4222",
    "org.matrix.msc4380.stable",
    "org.matrix.stable.v1.11",
    "uk.half-shot.msc2666.query_mutual_rooms.stable",
    "uk.tcpip.msc4133.stable",
];

/// # Errors
/// None.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let mut response = Response::new(VERSIONS.into_iter().map(str::to_owned).collect());
    response.unstable_features = FEATURES.iter().map(|name| ((*name).to_owned(), true)).collect();
    let delayed = call.app.config.delayed_events.max_scheduled > 0;
    response.unstable_features.insert("org.matrix.msc4140".to_owned(), delayed);
    Ok(response)
}
