//! Requests to other servers, signed (server-server API, "Request Authentication").

use crate::{Federation, PeerError, discovery::Route};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use net::Within;
use ruma::{
    ServerName,
    api::{
        IncomingResponse as _, Metadata, OutgoingRequest, OutgoingRequestExt as _,
        auth_scheme::{AuthScheme as _, NoAuthentication},
        federation::authentication::{ServerSignatures, XMatrixSigningInput},
        path_builder::PathBuilder,
    },
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{fmt::Display, time::Duration};

/// Requests are whole addresses from the start; which host it is in the end is found out later.
pub(crate) const SOMEWHERE: &str = "https://peer.invalid";
/// The largest answer: the state of a large room.
const MAX_ANSWER: usize = 256 * 1024 * 1024;
/// How much of a refusal is read where the answer would have been a stream, in bytes.
const MAX_REFUSAL: usize = 64 * 1024;
/// How much of a message of a refusal is kept, in characters.
const MAX_MESSAGE: usize = 500;

impl Federation {
    /// Asks another server, within `patience`. The request is signed.
    ///
    /// # Errors
    /// All of them.
    pub async fn ask<R>(
        &self,
        server: &ServerName,
        request: R,
        patience: Duration,
    ) -> Result<R::IncomingResponse, PeerError>
    where
        R: OutgoingRequest<Authentication = ServerSignatures>,
        R::PathBuilder: for<'a> PathBuilder<Input<'a> = ()>,
    {
        self.if_awake(server)?;
        self.exchange::<R>(server, self.signed(server, request)?, patience).await
    }

    /// The same, where servers answer in other ways than ruma's type of the answer knows.
    pub(crate) async fn ask_for<R, T>(
        &self,
        server: &ServerName,
        request: R,
        patience: Duration,
    ) -> Result<T, PeerError>
    where
        R: OutgoingRequest<Authentication = ServerSignatures>,
        R::PathBuilder: for<'a> PathBuilder<Input<'a> = ()>,
        T: DeserializeOwned,
    {
        self.ask_with(server, self.signed(server, request)?, patience).await
    }

    /// Sends a signed request, whose answer is JSON.
    pub(crate) async fn ask_with<T: DeserializeOwned>(
        &self,
        server: &ServerName,
        request: Request<Vec<u8>>,
        patience: Duration,
    ) -> Result<T, PeerError> {
        self.if_awake(server)?;
        let answer = self.answer(server, request, patience).await?;
        serde_json::from_slice(answer.body()).map_err(PeerError::nonsense)
    }

    /// A `PUT` request for another server, signed, with a body that ruma's type of the request has no place for.
    pub(crate) fn signed_put<R>(
        &self,
        server: &ServerName,
        path: &[&dyn Display],
        body: &Value,
    ) -> Result<Request<Vec<u8>>, PeerError>
    where
        R: Metadata<PathBuilder: for<'a> PathBuilder<Input<'a> = ()>>,
    {
        let url = R::make_endpoint_url((), SOMEWHERE, path, "").map_err(PeerError::nonsense)?;
        let request = Request::put(url).header(header::CONTENT_TYPE, "application/json");
        let mut request = request.body(body.to_string().into_bytes()).map_err(PeerError::nonsense)?;
        let key = self.signing_key();
        let input = XMatrixSigningInput::new(key.server_name().to_owned(), server.to_owned(), key.pair());
        ServerSignatures::add_authentication(&mut request, input).map_err(PeerError::nonsense)?;
        Ok(request)
    }

    /// A request for another server, signed; what is still to be said is where that server is, see [`aim`].
    pub(crate) fn signed<R>(&self, server: &ServerName, request: R) -> Result<Request<Vec<u8>>, PeerError>
    where
        R: OutgoingRequest<Authentication = ServerSignatures>,
        R::PathBuilder: for<'a> PathBuilder<Input<'a> = ()>,
    {
        let key = self.signing_key();
        let input = XMatrixSigningInput::new(key.server_name().to_owned(), server.to_owned(), key.pair());
        request.try_into_http_request(SOMEWHERE, input, ()).map_err(PeerError::nonsense)
    }

    /// Asks another server something that anybody may ask.
    ///
    /// # Errors
    /// All of them.
    pub async fn ask_unsigned<R>(
        &self,
        server: &ServerName,
        request: R,
        patience: Duration,
    ) -> Result<R::IncomingResponse, PeerError>
    where
        R: OutgoingRequest<Authentication = NoAuthentication>,
        R::PathBuilder: for<'a> PathBuilder<Input<'a> = ()>,
    {
        self.if_awake(server)?;
        self.ask_anyway(server, request, patience).await
    }

    /// The same, also when the server did not answer lately: it may have just spoken itself.
    pub(crate) async fn ask_anyway<R>(
        &self,
        server: &ServerName,
        request: R,
        patience: Duration,
    ) -> Result<R::IncomingResponse, PeerError>
    where
        R: OutgoingRequest<Authentication = NoAuthentication>,
        R::PathBuilder: for<'a> PathBuilder<Input<'a> = ()>,
    {
        let request = request.try_into_http_request(SOMEWHERE, (), ()).map_err(PeerError::nonsense)?;
        self.exchange::<R>(server, request, patience).await
    }

    fn if_awake(&self, server: &ServerName) -> Result<(), PeerError> {
        if self.inner.health.wait(server).is_some() { Err(PeerError::Waiting) } else { Ok(()) }
    }

    async fn exchange<R>(
        &self,
        server: &ServerName,
        request: Request<Vec<u8>>,
        patience: Duration,
    ) -> Result<R::IncomingResponse, PeerError>
    where
        R: OutgoingRequest,
    {
        let (parts, body) = self.answer(server, request, patience).await?.into_parts();
        R::IncomingResponse::try_from_http_response_inner(Response::from_parts(parts, body.as_ref()))
            .map_err(PeerError::nonsense)
    }

    async fn answer(
        &self,
        server: &ServerName,
        request: Request<Vec<u8>>,
        patience: Duration,
    ) -> Result<Response<Bytes>, PeerError> {
        self.may_ask(server)?;
        let answer = tokio::time::timeout(patience, self.send(server, request, patience)).await;
        let answer = answer.unwrap_or_else(|_| Err(PeerError::Unreachable("it took too long".to_owned())));
        match &answer {
            Ok(answer) if is_failure(answer.status()) => {
                self.inner.health.failed(server);
            }
            Err(PeerError::Unreachable(_)) => {
                self.inner.health.failed(server);
                self.inner.discovery.forget(server);
            }
            _ => self.inner.health.heard(server),
        }
        let answer = answer?;
        if !answer.status().is_success() {
            return Err(refusal(&answer));
        }
        Ok(answer)
    }

    /// An answer whose body is yet to come, for what is too large to be held whole. It has begun within `patience`.
    pub(crate) async fn stream(
        &self,
        server: &ServerName,
        mut request: Request<Vec<u8>>,
        patience: Duration,
    ) -> Result<reqwest::Response, PeerError> {
        self.if_awake(server)?;
        let begin = async {
            let route = self.inner.discovery.route(server).await;
            aim(&mut request, &route)?;
            let request = reqwest::Request::try_from(request).map_err(PeerError::nonsense)?;
            Ok::<_, PeerError>(self.inner.peers.send(request).await?)
        };
        let response = tokio::time::timeout(patience, begin).await;
        let response =
            response.unwrap_or_else(|_| Err(PeerError::Unreachable("it took too long".to_owned())));
        if let Err(PeerError::Unreachable(_)) = &response {
            self.inner.health.failed(server);
        }
        let response = response?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let mut body = Vec::new();
        let mut chunks = response;
        while body.len() < MAX_REFUSAL
            && let Ok(Some(chunk)) = chunks.chunk().await
        {
            body.extend_from_slice(&chunk);
        }
        let mut answer = Response::new(Bytes::from(body));
        *answer.status_mut() = status;
        Err(refusal(&answer))
    }

    /// Sends a request whose address has only its path right.
    async fn send(
        &self,
        server: &ServerName,
        mut request: Request<Vec<u8>>,
        patience: Duration,
    ) -> Result<Response<Bytes>, PeerError> {
        let route = self.inner.discovery.route(server).await;
        aim(&mut request, &route)?;
        let within = Within { time: patience, bytes: MAX_ANSWER };
        Ok(self.inner.peers.exchange(request, within).await?)
    }
}

/// Whether an answer says that the server, or the proxy before it, can't answer now.
pub(crate) fn is_failure(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
}

/// Points a request to where its server is.
pub(crate) fn aim<T>(request: &mut Request<T>, route: &Route) -> Result<(), PeerError> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let uri = format!("https://{}{path}", route.authority).parse().map_err(PeerError::nonsense)?;
    let host = HeaderValue::from_str(&route.host).map_err(PeerError::nonsense)?;
    *request.uri_mut() = uri;
    request.headers_mut().insert(header::HOST, host);
    Ok(())
}

fn refusal(answer: &Response<Bytes>) -> PeerError {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let code = text("errcode").unwrap_or("M_UNKNOWN").chars().take(MAX_MESSAGE).collect();
    let message = text("error").unwrap_or("no reason given").chars().take(MAX_MESSAGE).collect();
    PeerError::Refused { status: answer.status(), code, message, body }
}
