//! What every request passes: panics become answers, foreign pages may call (CORS), spans, compression.

use crate::{ApiError, App};
use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, HeaderName, Method, StatusCode, Version, header};
use ruma::api::error::ErrorKind;
use std::{any::Any, time::Duration};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
    cors::{Any as AnyOrigin, CorsLayer},
    trace::TraceLayer,
};
use tracing::Span;

/// Answers shorter than this are not worth compressing, in bytes.
const COMPRESS_ABOVE: u64 = 2048;

pub(crate) fn wrap(router: Router<App>) -> Router<App> {
    let compress = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(COMPRESS_ABOVE).and(NotForContentType::IMAGES).and(in_one_piece));
    router.fallback(unknown_path).method_not_allowed_fallback(wrong_method).layer(
        ServiceBuilder::new()
            .layer(
                TraceLayer::new_for_http().make_span_with(span).on_request(()).on_response(()).on_failure(()),
            )
            .layer(CatchPanicLayer::custom(panicked))
            .layer(cors())
            .layer(compress),
    )
}

/// Files of which parts can be had keep the length and the bytes that they have.
fn in_one_piece(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(header::ACCEPT_RANGES)
}

/// Spec "Web Browser Clients".
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::OPTIONS,
            Method::HEAD,
        ])
        .allow_headers([
            HeaderName::from_static("x-requested-with"),
            header::CONTENT_TYPE,
            header::AUTHORIZATION,
            header::DATE,
        ])
        .max_age(Duration::from_secs(86_400))
}

fn span(request: &Request) -> Span {
    tracing::debug_span!(
        "request",
        method = %request.method(),
        // The path alone: a query may hold an access token.
        path = %request.uri().path(),
    )
}

async fn unknown_path() -> ApiError {
    ApiError::unrecognized()
}

async fn wrong_method() -> ApiError {
    ApiError::with_status(
        StatusCode::METHOD_NOT_ALLOWED,
        ErrorKind::Unrecognized,
        "This path does not know this method.",
    )
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
