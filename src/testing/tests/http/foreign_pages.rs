//! Pages from elsewhere may call, as web clients do (spec "Web Browser Clients").

use reqwest::Method;
use testing::TestServer;

#[tokio::test]
async fn a_browser_may_ask_before_it_calls() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let asks = [("origin", "https://elsewhere.example"), ("access-control-request-method", "PUT")];
    for path in ["/_matrix/client/v3/sync", "/_matrix/client/v3/rooms/x/send/y/z", "/_matrix/unheard/of"] {
        let answer = alice.raw(Method::OPTIONS, path, &asks, "").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"), "{path}");
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
            assert!(answer.header("access-control-allow-methods").contains(method), "{path} {method}");
        }
        for header in ["X-Requested-With", "Content-Type", "Authorization"] {
            assert!(answer.header("access-control-allow-headers").contains(header), "{path} {header}");
        }
        assert!(answer.body.is_empty());
    }
}

#[tokio::test]
async fn a_page_may_read_answers_and_errors() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    for (method, path, status) in [
        (Method::GET, "/_matrix/client/versions", 200),
        (Method::GET, "/_matrix/client/v3/sync", 200),
        (Method::GET, "/_matrix/client/v3/sync?since=nonsense", 400),
        (Method::GET, "/_matrix/unheard/of", 404),
        (Method::DELETE, "/_matrix/client/v3/sync", 405),
    ] {
        let answer = alice.raw(method, path, &[("origin", "https://elsewhere.example")], "").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, "*"), "{path}");
    }
}
