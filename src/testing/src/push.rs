//! A place where pushes go: a push gateway or a push service, which does as the test says and keeps what it gets.

use crate::{eventually, tls};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use config::Config;
use futures_util::{Stream, stream};
use hyper::HeaderMap;
use hyper_util::service::TowerToHyperService;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::{convert::Infallible, sync::Arc};
use tokio::net::TcpListener;

/// The largest body that is read.
const MOST: usize = 1024 * 1024;

/// A request that came.
#[derive(Debug, Clone)]
pub struct Pushed {
    /// The path.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Pushed {
    /// What a push gateway is told.
    pub fn notification(&self) -> Value {
        let body: Value = serde_json::from_slice(&self.body).expect("the body is JSON");
        body["notification"].clone()
    }

    /// A header as text; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub enum PushAnswer {
    /// With a status and a JSON body.
    Json(u16, Value),
    /// With a status and one header.
    Header(u16, &'static str, String),
    /// With a body that has no end.
    Endless,
}

type Script = Box<dyn Fn(&Pushed) -> PushAnswer + Send + Sync>;

struct Shared {
    got: Mutex<Vec<Pushed>>,
    script: Mutex<Script>,
}

/// A place where pushes go, on the loopback address, until the test ends. It takes everything, unless it is told otherwise.
pub struct PushPoint {
    base: String,
    shared: Arc<Shared>,
}

impl PushPoint {
    /// A place without TLS.
    pub async fn plain() -> Self {
        let (listener, address, shared) = open().await;
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base: format!("http://{address}"), shared }
    }

    /// A place with TLS, which servers believe whose settings went through [`PushPoint::believed`].
    pub async fn secure() -> Self {
        let (listener, address, shared) = open().await;
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        tls::serve(listener, TowerToHyperService::new(app));
        Self { base: format!("https://{address}"), shared }
    }

    /// Has a server believe the certificate of the place.
    pub fn believed(config: &mut Config) {
        config.server.extra_ca_file = Some(tls::write_certificate(&config.server.data));
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A pusher that goes to this gateway.
    pub fn pusher(&self, key: &str) -> Value {
        json!({
            "kind": "http",
            "app_id": "org.example.app",
            "pushkey": key,
            "app_display_name": "App",
            "device_display_name": "Phone",
            "lang": "en",
            "data": { "url": self.url("/_matrix/push/v1/notify") },
        })
    }

    /// From now on it answers so.
    pub fn answers(&self, script: impl Fn(&Pushed) -> PushAnswer + Send + Sync + 'static) {
        *self.shared.script.lock() = Box::new(script);
    }

    /// From now on it takes everything.
    pub fn takes_all(&self) {
        self.answers(|_| taken());
    }

    /// All that came so far.
    pub fn got(&self) -> Vec<Pushed> {
        self.shared.got.lock().clone()
    }

    /// Waits until so much has come.
    pub async fn until(&self, count: usize) -> Vec<Pushed> {
        eventually(async || {
            let got = self.got();
            if got.len() >= count { Ok(got) } else { Err(format!("{count} pushes expected: {got:?}")) }
        })
        .await
    }

    /// Waits for a notification that is the right one.
    pub async fn notified(&self, is_it: impl Fn(&Value) -> bool) -> Value {
        eventually(async || {
            let got: Vec<Value> = self.got().iter().map(Pushed::notification).collect();
            got.iter().find(|said| is_it(said)).cloned().ok_or_else(|| format!("not among {got:#?}"))
        })
        .await
    }

    /// Waits for the notification of an event.
    pub async fn notified_of(&self, event: &str) -> Value {
        self.notified(|said| said["event_id"] == event).await
    }

    /// The events of all notifications so far, in order.
    pub fn events(&self) -> Vec<String> {
        let got = self.got();
        let ids = got.iter().filter_map(|one| Some(one.notification()["event_id"].as_str()?.to_owned()));
        ids.collect()
    }
}

async fn open() -> (TcpListener, String, Arc<Shared>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let shared = Shared { got: Mutex::default(), script: Mutex::new(Box::new(|_| taken())) };
    (listener, address, Arc::new(shared))
}

fn taken() -> PushAnswer {
    PushAnswer::Json(200, json!({ "rejected": [] }))
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST).await.unwrap_or_default().to_vec();
    let pushed = Pushed { path: parts.uri.path().to_owned(), headers: parts.headers, body };
    let answer = (shared.script.lock())(&pushed);
    shared.got.lock().push(pushed);
    let response = Response::builder();
    let response = match answer {
        PushAnswer::Json(status, body) => response.status(status).body(Body::from(body.to_string())),
        PushAnswer::Header(status, name, value) => {
            response.status(status).header(name, value).body(Body::empty())
        }
        PushAnswer::Endless => response.body(Body::from_stream(endless())),
    };
    response.expect("an answer")
}

fn endless() -> impl Stream<Item = Result<Vec<u8>, Infallible>> {
    stream::repeat_with(|| Ok(vec![b' '; 16 * 1024]))
}
