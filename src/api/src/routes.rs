//! Puts typed endpoints under every path that the spec has given them.

use crate::{
    ApiError, App,
    call::{Call, Endpoint, serve},
};
use axum::{
    Router,
    extract::{Request, State},
    handler::Handler,
    routing::{MethodFilter, MethodRouter, on},
};
use ruma::api::{
    Metadata,
    path_builder::{PathBuilder, SinglePath, VersionHistory},
};
use std::{collections::BTreeSet, future::Future};

/// All paths under which an endpoint answers, in axum's notation.
pub(crate) trait Paths: PathBuilder {
    /// Stable ones of every spec version, and unstable ones.
    fn paths(&self) -> BTreeSet<&'static str>;
}

impl Paths for VersionHistory {
    fn paths(&self) -> BTreeSet<&'static str> {
        self.unstable_paths().map(|(_, path)| path).chain(self.stable_paths().map(|(_, path)| path)).collect()
    }
}

impl Paths for SinglePath {
    fn paths(&self) -> BTreeSet<&'static str> {
        BTreeSet::from([self.path()])
    }
}

/// A router under construction.
pub(crate) struct Routes(Router<App>);

impl Routes {
    pub(crate) fn new() -> Self {
        Self(Router::new())
    }

    /// Adds the endpoint whose request type the handler takes.
    pub(crate) fn on<T, F, R>(self, handler: F) -> Self
    where
        T: Endpoint + Metadata<PathBuilder: Paths>,
        F: Fn(Call<T>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<T::OutgoingResponse, ApiError>> + Send + 'static,
    {
        T::PATH_BUILDER
            .paths()
            .into_iter()
            .fold(self, |routes, path| routes.at::<T, F, R>(path, handler.clone()))
    }

    /// Adds the endpoint, and in its place another one for requests whose query has this parameter.
    pub(crate) fn on_or<T, F, R, H, A>(self, parameter: &'static str, other: &H, handler: F) -> Self
    where
        T: Endpoint + Metadata<PathBuilder: Paths>,
        F: Fn(Call<T>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<T::OutgoingResponse, ApiError>> + Send + 'static,
        H: Handler<A, App>,
        A: 'static,
    {
        T::PATH_BUILDER
            .paths()
            .into_iter()
            .fold(self, |routes, path| routes.at_or::<T, F, R, H, A>(path, parameter, other, handler.clone()))
    }

    /// The same under one more path.
    pub(crate) fn at_or<T, F, R, H, A>(
        self,
        path: &str,
        parameter: &'static str,
        other: &H,
        handler: F,
    ) -> Self
    where
        T: Endpoint,
        F: Fn(Call<T>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<T::OutgoingResponse, ApiError>> + Send + 'static,
        H: Handler<A, App>,
        A: 'static,
    {
        let other = other.clone();
        let run = move |State(app): State<App>, request: Request| {
            let (handler, other) = (handler.clone(), other.clone());
            async move {
                if has_parameter(&request, parameter) {
                    other.call(request, app).await
                } else {
                    serve::<T, _, _>(app, request, handler).await
                }
            }
        };
        Self(self.0.route(path, on(method::<T>(), run)))
    }

    /// Adds the endpoint under one more path than its history names.
    pub(crate) fn at<T, F, R>(self, path: &str, handler: F) -> Self
    where
        T: Endpoint,
        F: Fn(Call<T>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<T::OutgoingResponse, ApiError>> + Send + 'static,
    {
        let run =
            move |State(app): State<App>, request: Request| serve::<T, _, _>(app, request, handler.clone());
        Self(self.0.route(path, on(method::<T>(), run)))
    }

    /// Adds the endpoint of the request type `T` with a handler that axum calls itself, for bodies that are streams.
    pub(crate) fn stream<T: Metadata<PathBuilder: Paths>>(self, handler: &MethodRouter<App>) -> Self {
        let paths = T::PATH_BUILDER.paths();
        Self(paths.into_iter().fold(self.0, |router, path| router.route(path, handler.clone())))
    }

    /// Adds a group of endpoints.
    pub(crate) fn with(self, group: Router<App>) -> Self {
        Self(self.0.merge(group))
    }

    /// The finished router.
    pub(crate) fn into_router(self) -> Router<App> {
        self.0
    }
}

fn method<T: Endpoint>() -> MethodFilter {
    MethodFilter::try_from(T::METHOD).expect("every method of the Matrix API is one that axum routes")
}

fn has_parameter(request: &Request, parameter: &str) -> bool {
    let query = request.uri().query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).any(|(key, _)| key == parameter)
}
