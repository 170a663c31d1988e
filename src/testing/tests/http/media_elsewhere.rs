//! Files of other servers.

use ruma::RoomVersionId;
use serde_json::json;
use testing::{Peer, Reply, segment};

#[tokio::test]
async fn servers_that_know_no_better_way_are_asked_in_the_older_one() {
    let peer = Peer::start(RoomVersionId::V11).await;
    let server = peer.server().await;
    let bob = server.user("bob").await;
    for (status, code) in [(404, "M_UNRECOGNIZED"), (400, "M_UNRECOGNIZED"), (400, "M_UNKNOWN")] {
        let id = format!("{status}{code}");
        let file = json!({"of": id});
        let content = file.clone();
        peer.script(move |asked| {
            if asked.path.starts_with("/_matrix/media/v3/download/") {
                return Some(Reply::Json(200, content.clone()));
            }
            let refuse = asked.path.starts_with("/_matrix/federation/v1/media/");
            refuse.then(|| Reply::Json(status, json!({"errcode": code, "error": "what?"})))
        });
        let path = format!("/v1/media/download/{}/{}", segment(peer.name()), id);
        assert_eq!(bob.get(&path).await.ok(), file);
    }
}
