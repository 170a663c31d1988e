//! Files of the other server.

use super::scene::{person, synapse};
use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;
use testing::{Home, TestServer, segment};

fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = RgbImage::from_fn(200, 100, |x, y| {
        Rgb([u8::try_from(x).unwrap_or(0), u8::try_from(y).unwrap_or(0), 9])
    });
    picture.write_to(&mut bytes, ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

async fn fetched_across(from: &Home, to: &Home) {
    let (alice, bob) = (person(from, "alice").await, person(to, "bob").await);
    let bytes = picture();
    let address = alice.upload("image/png", "bee.png", &bytes).await;
    let (server, id) =
        address.strip_prefix("mxc://").and_then(|rest| rest.split_once('/')).expect("an address");
    let path = format!("{}/{id}", segment(server));
    let file = bob.media(&format!("download/{path}")).await;
    assert_eq!((file.status, file.header("content-type")), (200, "image/png"));
    assert!(file.header("content-disposition").contains("bee.png"), "{}", file.header("content-disposition"));
    assert!(file.body == bytes, "the file comes as it was");

    let small = bob.media(&format!("thumbnail/{path}?width=32&height=32&method=crop")).await;
    assert_eq!(small.status, 200);
    let small = image::load_from_memory(&small.body).expect("a picture");
    assert_eq!((small.width(), small.height()), (32, 32));

    let missing = bob.media(&format!("download/{}/nosuchfile", segment(server))).await;
    assert_eq!((missing.status, missing.code().as_str()), (404, "M_NOT_FOUND"));
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn files_and_thumbnails_are_fetched_across() {
    let (ours, theirs) = (TestServer::reachable().await, synapse().await);
    fetched_across(&ours, &theirs).await;
    fetched_across(&theirs, &ours).await;
}
