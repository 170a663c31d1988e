//! The way to a server, for tests that cut it: a proxy that speaks TLS for the server and does with each request as the test says.

use crate::tls;
use axum::body::{Body, to_bytes};
use hyper::{Request, Response, body::Incoming, header, service::service_fn};
use parking_lot::Mutex;
use reqwest::Client;
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch};

/// The largest body that passes.
const MOST: usize = 64 * 1024 * 1024;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// It gets there and its answer back.
    Free,
    /// The same, after a while.
    After(Duration),
    /// The connection ends, and the server knows nothing of the request.
    Cut,
    /// The server gets the request, and the connection ends in the place of the answer.
    CutAfter,
}

type Rule = Box<dyn Fn(&str) -> Passage + Send + Sync>;

/// A listening address whose requests go on to a server. All who hold it hold the same one; it ends with the test.
#[derive(Clone)]
pub struct Gate {
    name: String,
    shared: Arc<Shared>,
}

struct Shared {
    target: Mutex<String>,
    rule: Mutex<Rule>,
    /// Counts changes of the rule, which those under way wait for.
    changed: watch::Sender<u64>,
    http: Client,
}

/// The connection is to end.
#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the gate is shut")
    }
}

impl std::error::Error for Broken {}

impl Gate {
    /// An open gate that leads nowhere yet.
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let name = listener.local_addr().expect("an address").to_string();
        let shared = Arc::new(Shared {
            target: Mutex::default(),
            rule: Mutex::new(Box::new(|_| Passage::Free)),
            changed: watch::Sender::new(0),
            http: tls::client(),
        });
        let passing = Arc::clone(&shared);
        tls::serve(listener, service_fn(move |request| pass(Arc::clone(&passing), request)));
        Self { name, shared }
    }

    /// The name of the server behind it: an address with a port.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends requests on to this address from now on.
    pub(crate) fn lead_to(&self, base: &str) {
        base.clone_into(&mut self.shared.target.lock());
    }

    /// Decides what becomes of each request by the name of the server that signed it; empty for requests without a signature.
    /// Requests that are under way are cut if the rule says `Cut` for them now.
    pub fn rule(&self, rule: impl Fn(&str) -> Passage + Send + Sync + 'static) {
        *self.shared.rule.lock() = Box::new(rule);
        self.shared.changed.send_modify(|count| *count += 1);
    }

    /// Lets nobody through.
    pub fn shut(&self) {
        self.rule(|_| Passage::Cut);
    }

    /// Lets everybody through.
    pub fn open(&self) {
        self.rule(|_| Passage::Free);
    }
}

/// Sends a request on, unless or until the rule is against it.
async fn pass(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, Broken> {
    let from = origin(&request);
    let mut changed = shared.changed.subscribe();
    let passage = (shared.rule.lock())(&from);
    match passage {
        Passage::Cut => return Err(Broken),
        Passage::After(delay) => tokio::time::sleep(delay).await,
        Passage::Free | Passage::CutAfter => {}
    }
    let cut =
        async { while changed.changed().await.is_ok() && (shared.rule.lock())(&from) != Passage::Cut {} };
    let answer = tokio::select! {
        answer = forward(&shared, request) => answer,
        () = cut => Err(Broken),
    };
    if passage == Passage::CutAfter { Err(Broken) } else { answer }
}

/// The server that signed the request: `origin` of `X-Matrix origin="…",key="…",sig="…"`.
fn origin(request: &Request<Incoming>) -> String {
    let value = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let fields = value.and_then(|value| value.strip_prefix("X-Matrix ")).unwrap_or_default();
    let field = fields.split(',').find_map(|field| field.trim().strip_prefix("origin="));
    field.unwrap_or_default().trim_matches('"').to_owned()
}

async fn forward(shared: &Shared, request: Request<Incoming>) -> Result<Response<Body>, Broken> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("{}{path}", shared.target.lock());
    let mut headers = parts.headers;
    for own in [header::HOST, header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        headers.remove(own);
    }
    let body = to_bytes(Body::new(body), MOST).await.map_err(|_| Broken)?;
    let sent = shared.http.request(parts.method, url).headers(headers).body(body).send().await;
    let mut answer = sent.map_err(|_| Broken)?;
    let mut response = Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        *headers = std::mem::take(answer.headers_mut());
        headers.remove(header::CONNECTION);
        headers.remove(header::TRANSFER_ENCODING);
    }
    let body = answer.bytes().await.map_err(|_| Broken)?;
    response.body(Body::from(body)).map_err(|_| Broken)
}
