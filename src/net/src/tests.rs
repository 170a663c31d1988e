//! The client against servers of its own.

use crate::{Client, Limits, NetError, Options, SetupError};
use http::HeaderMap;
use std::{
    fs,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{TlsAcceptor, rustls};
use url::Url;

const LIMITS: Limits = Limits { time: Duration::from_secs(10), redirects: 3 };

fn client(allow_private: bool, extra_ca_file: Option<&Path>) -> Client {
    Client::new(&Options {
        allow_private,
        extra_ca_file: extra_ca_file.map(Path::to_owned),
        user_agent: "test".into(),
    })
    .unwrap()
}

/// Answers each request for a path with the whole of an HTTP answer; counts connections.
async fn serve(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let (counter, answer) = (Arc::clone(&count), Arc::new(answer));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(speak(stream, Arc::clone(&answer)));
        }
    });
    (address, count)
}

async fn speak<S>(mut stream: S, answer: Arc<impl Fn(&str) -> String>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default();
    // A client that has enough goes away in the middle.
    drop(stream.write_all(answer(path).as_bytes()).await);
    if path == "/slow" {
        drop(stream.read_u8().await);
    } else {
        drop(stream.shutdown().await);
    }
}

fn page(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: {to}\r\n\r\n")
}

async fn fetch(client: &Client, url: &str) -> Result<(Url, Vec<u8>), NetError> {
    let mut found = client
        .fetch(Url::parse(url).unwrap(), &HeaderMap::new(), LIMITS, |url| url.path() != "/denied")
        .await?;
    let body = found.beginning(5).await?;
    Ok((found.url().clone(), body))
}

#[tokio::test]
async fn nothing_connects_to_a_private_address_by_number_or_name() {
    let (address, connections) = serve(|_| page("secret")).await;
    let client = client(false, None);
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f000001"] {
        let url = format!("http://{host}:{}/", address.port());
        let refused = fetch(&client, &url).await;
        assert!(matches!(refused, Err(NetError::Forbidden(_))), "{url}: {refused:?}");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 0);
    let open = super::tests::client(true, None);
    assert_eq!(fetch(&open, &format!("http://localhost:{}/", address.port())).await.unwrap().1, b"secre");
}

#[tokio::test]
async fn redirects_are_followed_within_the_web_and_to_an_end() {
    let (address, _) = serve(|path| match path {
        "/a" => moved("/b"),
        "/b" => moved("page"),
        "/loop" => moved("/loop"),
        "/to-denied" => moved("/denied"),
        "/file" => moved("file:///etc/passwd"),
        _ => page(path),
    })
    .await;
    let client = client(true, None);
    let at = |path: &str| format!("http://{address}{path}");
    let (url, body) = fetch(&client, &at("/a")).await.unwrap();
    assert_eq!((url.path(), body.as_slice()), ("/page", b"/page".as_slice()));
    assert!(matches!(fetch(&client, &at("/loop")).await, Err(NetError::Redirects)));
    assert!(matches!(fetch(&client, &at("/to-denied")).await, Err(NetError::Forbidden(_))));
    assert!(matches!(fetch(&client, &at("/file")).await, Err(NetError::Address(_))));
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused() {
    let strict = client(false, None);
    // What the first step of a fetch does with the answer of a public server.
    let (address, connections) = serve(|_| page("secret")).await;
    let to = Url::parse("https://example.org/").unwrap().join(&format!("https://{address}/")).unwrap();
    let request = reqwest::Request::new(http::Method::GET, to);
    assert!(matches!(strict.send(request).await, Err(NetError::Forbidden(_))));
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_answer_that_stalls_is_given_up() {
    let (address, _) = serve(|_| "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc".into()).await;
    let limits = Limits { time: Duration::from_millis(300), redirects: 0 };
    let url = Url::parse(&format!("http://{address}/slow")).unwrap();
    let mut found = client(true, None).fetch(url, &HeaderMap::new(), limits, |_| true).await.unwrap();
    assert!(matches!(found.beginning(100).await, Err(NetError::Time)));
}

#[tokio::test]
async fn the_operator_s_authorities_are_trusted_and_nobody_s_are_not() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("ca.pem");
    fs::write(&pem, made.cert.pem()).unwrap();
    drop(rustls::crypto::ring::default_provider().install_default());
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(stream) = acceptor.accept(stream).await {
                speak(stream, Arc::new(|_: &str| page("by TLS"))).await;
            }
        }
    });
    let url = format!("https://localhost:{port}/");
    assert!(matches!(fetch(&client(true, None), &url).await, Err(NetError::Failed(_))));
    assert_eq!(fetch(&client(true, Some(&pem)), &url).await.unwrap().1, b"by TL");
    fs::write(&pem, "no certificate").unwrap();
    let options = Options { allow_private: true, extra_ca_file: Some(pem), user_agent: String::new() };
    assert!(matches!(Client::new(&options), Err(SetupError::Certificates(_))));
}
