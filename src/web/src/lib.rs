//! The bundled web client: static files from inside the program, with caching and a strict content security policy.
//!
//! The router has one route a file, one for the places that the client keeps in its address, and no fallback, so it merges with the API's,
//! which answers everything else.

mod assets;

use std::sync::Arc;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use self::assets::Asset;

/// What pages of the web client may load: their own files, and nothing written into the page itself. Markup and the
/// addresses of scripts reach the page through the two policies named, that of its sanitiser and that of its worker.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; \
    require-trusted-types-for 'script'; trusted-types dompurify chatsphere";

/// Where the page is: at the top, and at every channel's and message's own address.
const PAGES: [&str; 2] = ["/", "/c/{*place}"];

const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// The web client at `/`, or a page that says how to build it.
pub fn router() -> Router {
    let assets = assets::all();
    if assets.iter().any(|asset| asset.path == "index.html") { routes(assets) } else { missing() }
}

fn routes(assets: Vec<Asset>) -> Router {
    assets.into_iter().map(Arc::new).fold(Router::new(), |router, asset| {
        let path = format!("/{}", asset.path);
        let handler = move |headers: HeaderMap| {
            let asset = Arc::clone(&asset);
            async move { serve(&asset, &headers) }
        };
        let pages: &[&str] = if path == "/index.html" { &PAGES } else { &[] };
        let router = pages.iter().fold(router, |router, page| router.route(page, get(handler.clone())));
        router.route(&path, get(handler))
    })
}

fn serve(asset: &Asset, request: &HeaderMap) -> Response {
    let mut headers = security_headers();
    headers.insert(header::CACHE_CONTROL, if asset.immutable { IMMUTABLE } else { REVALIDATE });
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    insert(&mut headers, header::ETAG, &asset.etag);
    if lists(request, header::IF_NONE_MATCH, &asset.etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    insert(&mut headers, header::CONTENT_TYPE, &asset.content_type);
    let packed = if lists(request, header::ACCEPT_ENCODING, "gzip") { asset.gzip() } else { None };
    if packed.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    (headers, packed.unwrap_or_else(|| asset.plain())).into_response()
}

/// Whether a header's comma-separated list has `item`; weights and the mark of weak validators are ignored.
fn lists(request: &HeaderMap, name: HeaderName, item: &str) -> bool {
    let values = request.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|given| {
        let given = given.split(';').next().unwrap_or_default().trim();
        given.strip_prefix("W/").unwrap_or(given) == item
    })
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn security_headers() -> HeaderMap {
    let pairs = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), microphone=(self), geolocation=(self)",
        ),
    ];
    pairs.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}

const MISSING: &str = "\
<!doctype html>
<html lang=\"en\"><meta charset=\"utf-8\"><title>ChatSphere</title>
<h1>The server runs</h1>
<p>Matrix clients can use it now. This program was built without the web client; to have it here, start the server
with <code>./x run</code>, which builds both.</p>
</html>
";

fn missing() -> Router {
    let page = || async {
        let mut headers = security_headers();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        (headers, MISSING)
    };
    Router::new().route("/", get(page))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use bytes::Bytes;
    use http::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    fn example() -> Router {
        let asset = |path: &str, text: &str| Asset::new(path, Bytes::from(text.to_owned()), path.as_bytes());
        routes(vec![
            asset("index.html", "<!doctype html><title>x</title>"),
            asset("assets/index-a1b2.js", &"let a = 1;\n".repeat(500)),
            asset("assets/x.woff2", "font"),
        ])
    }

    async fn ask(
        router: Router,
        path: &str,
        headers: &[(HeaderName, &str)],
    ) -> (StatusCode, HeaderMap, Bytes) {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
    }

    #[tokio::test]
    async fn the_page_is_served_with_its_policy_and_checked_each_time() {
        for path in
            ["/", "/index.html", "/c/!room:localhost", "/c/%21room%3Alocalhost/%24event?panel=members"]
        {
            let (status, headers, body) = ask(example(), path, &[]).await;
            assert_eq!((status, &body[..9]), (StatusCode::OK, &b"<!doctype"[..]));
            assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
            assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
            assert_eq!(headers[header::CONTENT_SECURITY_POLICY], CONTENT_SECURITY_POLICY);
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }

    #[tokio::test]
    async fn hashed_files_are_cached_for_good_and_packed_on_request() {
        let path = "/assets/index-a1b2.js";
        let (_, headers, plain) = ask(example(), path, &[]).await;
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert!(!headers.contains_key(header::CONTENT_ENCODING));
        let (_, headers, packed) =
            ask(example(), path, &[(header::ACCEPT_ENCODING, "br;q=1, gzip;q=0.8")]).await;
        assert_eq!(headers[header::CONTENT_ENCODING], "gzip");
        assert!(packed.len() * 10 < plain.len());
        let (_, headers, _) = ask(example(), "/assets/x.woff2", &[(header::ACCEPT_ENCODING, "gzip")]).await;
        assert!(!headers.contains_key(header::CONTENT_ENCODING));
        assert_eq!(headers[header::CONTENT_TYPE], "font/woff2");
    }

    #[tokio::test]
    async fn what_the_browser_has_is_not_sent_again() {
        let (_, headers, _) = ask(example(), "/", &[]).await;
        let etag = headers[header::ETAG].to_str().unwrap().to_owned();
        let (status, _, body) =
            ask(example(), "/", &[(header::IF_NONE_MATCH, &format!("\"other\", W/{etag}"))]).await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
        let (status, ..) = ask(example(), "/", &[(header::IF_NONE_MATCH, "\"other\"")]).await;
        assert_eq!(status, StatusCode::OK);
    }

    #[tokio::test]
    async fn other_paths_are_left_to_the_api() {
        let router = example().merge(Router::new().fallback(|| async { StatusCode::IM_A_TEAPOT }));
        assert_eq!(ask(router, "/_matrix/nothing", &[]).await.0, StatusCode::IM_A_TEAPOT);
    }

    #[tokio::test]
    async fn without_a_build_the_page_says_how_to_get_one() {
        let (status, _, body) = ask(missing(), "/", &[]).await;
        assert_eq!(status, StatusCode::OK);
        assert!(String::from_utf8_lossy(&body).contains("./x run"));
    }
}
