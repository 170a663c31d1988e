//! What other servers see of this one, and it of them.

mod answers;
mod backfill;
mod bad_input;
mod edus;
mod gaps;
mod heard_again;
mod hostile;
mod invites;
mod refused;
mod transactions;

use events::Pdu;
use ruma::RoomVersionId;
use serde_json::Value;
use testing::{Peer, TestServer, TestUser};

/// A peer, a server, and Bob of the server, who is in the peer's room.
struct Meeting {
    peer: Peer,
    server: TestServer,
    bob: TestUser,
    room: String,
}

impl Meeting {
    async fn start() -> Self {
        Self::of(RoomVersionId::V11).await
    }

    async fn of(version: RoomVersionId) -> Self {
        let (peer, server, bob) = Peer::with_guest(version).await;
        let room = peer.room_id();
        Self { peer, server, bob, room }
    }

    /// Sends events that all must be taken.
    async fn send(&self, pdus: &[Pdu]) {
        let results = self.peer.send(&self.server, pdus).await;
        for pdu in pdus {
            assert_eq!(results[pdu.event_id().as_str()], serde_json::json!({}), "{results}");
        }
    }

    /// Waits until Bob has seen the event; all that he has seen after `since` until then.
    async fn seen(&self, since: &str, last: &Pdu) -> Vec<String> {
        let mut seen = Vec::new();
        let mut since = since.to_owned();
        while !seen.iter().any(|id| id == last.event_id().as_str()) {
            let room = self.room.clone();
            let news = move |answer: &Value| !timeline(answer, &room).is_empty();
            let answer = self.bob.sync_until(&since, news).await;
            seen.extend(timeline(&answer, &self.room));
            answer["next_batch"].as_str().expect("a token").clone_into(&mut since);
        }
        seen
    }

    /// Whether Bob can have the event.
    async fn has(&self, pdu: &Pdu) -> bool {
        let path = format!(
            "/v3/rooms/{}/event/{}",
            testing::segment(&self.room),
            testing::segment(pdu.event_id().as_str())
        );
        self.bob.get(&path).await.status == 200
    }
}

/// The ids of a room's new events.
fn timeline(answer: &Value, room: &str) -> Vec<String> {
    let events = answer["rooms"]["join"][room]["timeline"]["events"].as_array().cloned().unwrap_or_default();
    events.iter().map(|event| event["event_id"].as_str().expect("an id").to_owned()).collect()
}

fn ids(pdus: &[Pdu]) -> Vec<String> {
    pdus.iter().map(|pdu| pdu.event_id().to_string()).collect()
}
