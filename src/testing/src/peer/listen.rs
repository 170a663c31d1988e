//! The peer's address and connections.

use super::{Asked, Reply, Shared, answers};
use crate::tls;
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, stream};
use hyper_util::service::TowerToHyperService;
use ruma::OwnedServerName;
use std::{convert::Infallible, io, sync::Arc, time::Duration};
use tokio::{net::TcpListener, time::sleep};

/// The largest body that it reads.
const MOST: usize = 16 * 1024 * 1024;

pub(super) async fn bind() -> (TcpListener, OwnedServerName) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let name = OwnedServerName::try_from(address.to_string()).expect("addresses are server names");
    (listener, name)
}

/// Answers whoever connects, until the test ends.
pub(super) fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let app = Router::new().fallback(answer).with_state(shared);
    tls::serve(listener, TowerToHyperService::new(app));
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("", |path| path.as_str()).to_owned();
    let body = to_bytes(request.into_body(), MOST).await.unwrap_or_default();
    let what = request_name(&path);
    let asked = Asked { what, path, body: serde_json::from_slice(&body).unwrap_or_default() };
    shared.asked.lock().push(asked.clone());
    let scripted = (shared.script.lock())(&asked);
    match scripted.unwrap_or_else(|| answers::honest(&shared, &asked)) {
        Reply::Json(status, body) => {
            let status = axum::http::StatusCode::from_u16(status).expect("a status");
            (status, axum::Json(body)).into_response()
        }
        Reply::Silence => std::future::pending().await,
        Reply::HangUp => Body::from_stream(broken()).into_response(),
        Reply::Trickle => Body::from_stream(trickle()).into_response(),
    }
}

/// A body that breaks off before it begins, and the connection with it.
fn broken() -> impl Stream<Item = io::Result<Bytes>> {
    stream::iter([Err(io::ErrorKind::ConnectionAborted.into())])
}

/// A list that has no end.
fn trickle() -> impl Stream<Item = Result<&'static str, Infallible>> {
    stream::unfold("[", |next| async move {
        sleep(Duration::from_secs(1)).await;
        Some((Ok(next), " "))
    })
}

/// `state_ids` of `/_matrix/federation/v1/state_ids/!room?event_id=…`.
fn request_name(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    path.split('/').nth(4).unwrap_or_default().to_owned()
}
