//! Pictures made smaller (spec "Thumbnails").

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use testing::{RawAnswer, TestServer, TestUser};

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let colours = |x: u32, y: u32| Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 100]);
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, colours));
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Width, height and type of a thumbnail.
fn shape(answer: &RawAnswer) -> (u32, u32, &str) {
    let small = image::load_from_memory(&answer.body).unwrap_or_else(|error| {
        panic!("{error}: {} {}", answer.status, String::from_utf8_lossy(&answer.body))
    });
    assert_eq!(answer.header("content-length"), answer.body.len().to_string());
    assert_eq!(answer.header("content-disposition"), "inline");
    (small.width(), small.height(), answer.header("content-type"))
}

async fn thumbnail(user: &TestUser, uri: &str, query: &str) -> RawAnswer {
    user.media(&format!("{}?{query}", uri.replace("mxc://", "thumbnail/"))).await
}

#[tokio::test]
async fn pictures_come_in_the_next_larger_size_that_there_is() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let wide = alice.upload("image/png", "", &picture(1000, 500, ImageFormat::Png)).await;
    for (query, expected) in [
        ("width=32&height=32&method=scale", (320, 160, "image/png")),
        ("width=400&height=100", (640, 320, "image/png")),
        ("width=5000&height=5000&method=scale&animated=true", (800, 400, "image/png")),
        ("width=32&height=32&method=crop", (32, 32, "image/png")),
        ("width=50&height=50&method=crop&animated=false", (96, 96, "image/png")),
    ] {
        let answer = thumbnail(&alice, &wide, query).await;
        assert_eq!(shape(&answer), expected, "{query}");
        let again = thumbnail(&alice, &wide, query).await;
        assert_eq!((again.header("etag"), &again.body), (answer.header("etag"), &answer.body));
    }
    let small = alice.upload("image/jpeg", "", &picture(40, 20, ImageFormat::Jpeg)).await;
    let answer = thumbnail(&alice, &small, "width=320&height=240&method=scale").await;
    assert_eq!(shape(&answer), (40, 20, "image/jpeg"));
}

#[tokio::test]
async fn many_who_ask_at_once_get_the_same() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let uri = alice.upload("image/webp", "", &picture(1500, 1500, ImageFormat::WebP)).await;
    let asks: Vec<_> = (0..8).map(|_| thumbnail(&alice, &uri, "width=90&height=90&method=crop")).collect();
    let answers = futures_util::future::join_all(asks).await;
    assert_eq!(shape(&answers[0]), (96, 96, "image/jpeg"));
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
}

#[tokio::test]
async fn what_has_no_thumbnail_says_so() {
    let server = TestServer::start_with(|config| config.media.max_pixels = 10_000).await;
    let alice = server.user("alice").await;
    let size = "width=32&height=32";
    let text = alice.upload("image/png", "", b"this is no picture").await;
    let answer = thumbnail(&alice, &text, size).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "M_UNKNOWN"));
    let large = alice.upload("image/png", "", &picture(101, 100, ImageFormat::Png)).await;
    let answer = thumbnail(&alice, &large, size).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "M_TOO_LARGE"));
    for query in ["", "width=32", "width=-1&height=1", "width=1&height=1&method=stretch"] {
        let answer = thumbnail(&alice, &text, query).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "M_INVALID_PARAM"), "{query}");
    }
    assert_eq!(thumbnail(&alice, "mxc://localhost/unknown", size).await.code(), "M_NOT_FOUND");
    assert_eq!(thumbnail(&server.stranger(), &text, "").await.code(), "M_MISSING_TOKEN");
}
