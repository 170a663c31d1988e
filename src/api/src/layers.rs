//! What every request passes: panics become answers, foreign pages may call (CORS), compression.

use crate::{ApiError, App};
use axum::{
    Router,
    response::{IntoResponse, Response},
};
use http::{
    Extensions, HeaderMap, HeaderValue, Method, StatusCode, Version,
    header::{
        self, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_MAX_AGE,
    },
};
use ruma::api::error::ErrorKind;
use std::any::Any;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
    set_header::SetResponseHeaderLayer,
};

/// Answers shorter than this are not worth compressing, in bytes.
const COMPRESS_ABOVE: u64 = 2048;

pub(crate) fn wrap(router: Router<App>) -> Router<App> {
    let compress = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(COMPRESS_ABOVE).and(NotForContentType::IMAGES).and(in_one_piece));
    // Any page may call: nothing is given on the strength of a cookie (spec "Web Browser Clients").
    let anybody = HeaderValue::from_static("*");
    router.fallback(unknown_path).method_not_allowed_fallback(wrong_method).layer(
        ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::overriding(ACCESS_CONTROL_ALLOW_ORIGIN, anybody))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(compress),
    )
}

/// Files of which parts can be had keep the length and the bytes that they have.
fn in_one_piece(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(header::ACCEPT_RANGES)
}

async fn unknown_path(method: Method) -> Response {
    preflight_or(&method, ApiError::unrecognized())
}

async fn wrong_method(method: Method) -> Response {
    let problem = "This path does not know this method.";
    let error = ApiError::with_status(StatusCode::METHOD_NOT_ALLOWED, ErrorKind::Unrecognized, problem);
    preflight_or(&method, error)
}

/// The error, or the answer to what a browser asks before it lets a foreign page call: no endpoint has OPTIONS as a method
/// of its own.
fn preflight_or(method: &Method, error: ApiError) -> Response {
    if method != Method::OPTIONS {
        return error.into_response();
    }
    let said = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE, OPTIONS, HEAD"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "X-Requested-With, Content-Type, Authorization, Date"),
        (ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    said.into_response()
}

// A net under the rule that nothing panics: one request fails, the server goes on.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "no message".to_owned());
    ApiError::internal(format!("a handler panicked: {text}")).into_response()
}
