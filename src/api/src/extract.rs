//! Parameters of handlers that axum calls itself; what can't be understood is `M_INVALID_PARAM`.

use crate::{ApiError, App};
use axum::extract::{FromRequestParts, Path, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;

/// Path parameters.
pub(crate) struct InPath<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for InPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Path(parameters) = Path::from_request_parts(parts, app).await.map_err(|problem| {
            ApiError::invalid_param(format!("The path is not valid: {}.", problem.body_text()))
        })?;
        Ok(Self(parameters))
    }
}

/// Query parameters.
pub(crate) struct InQuery<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for InQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Query(parameters) = Query::from_request_parts(parts, app).await.map_err(|problem| {
            ApiError::invalid_param(format!("A parameter is not valid: {}.", problem.body_text()))
        })?;
        Ok(Self(parameters))
    }
}
