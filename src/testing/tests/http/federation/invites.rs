//! People of other servers are invited: their server signs, and what it signs is looked at.

use events::{Pdu, RoomVersion, testing::signing_key};
use ruma::{OwnedServerName, RoomVersionId};
use serde_json::{Value, json};
use testing::{Answer, Asked, Peer, Reply, TestServer, TestUser, segment};

/// Bob of the server has a room of this version, and wants Alice of the peer in it.
struct Plan {
    peer: Peer,
    server: TestServer,
    bob: TestUser,
    room: String,
}

impl Plan {
    async fn of(version: &str) -> Self {
        let peer = Peer::start(RoomVersionId::V11).await;
        let server = peer.server().await;
        let bob = server.user("bob").await;
        let options = json!({"preset": "private_chat", "name": "Bees", "room_version": version});
        let room = bob.room_with(options).await;
        Self { peer, server, bob, room }
    }

    async fn invite(&self) -> Answer {
        let path = format!("/v3/rooms/{}/invite", segment(&self.room));
        self.bob.post(&path, json!({"user_id": self.peer.alice()})).await
    }

    async fn member(&self) -> Answer {
        let path = format!(
            "/v3/rooms/{}/state/m.room.member/{}?format=event",
            segment(&self.room),
            segment(&self.peer.alice())
        );
        self.bob.get(&path).await
    }

    /// The servers whose signatures are on the invite.
    async fn signed_by(&self) -> Vec<String> {
        let event = self.member().await.text("event_id");
        let event = <&ruma::EventId>::try_from(event.as_str()).unwrap();
        let stored = self.server.inside().app().rooms.event_by_id(event).unwrap().unwrap();
        let json: Value = serde_json::from_str(stored.pdu.json()).unwrap();
        json["signatures"].as_object().unwrap().keys().cloned().collect()
    }

    /// From now on the peer does not know the second version of the endpoint.
    fn is_old(&self) {
        self.peer.script(|asked| {
            let unknown = json!({"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"});
            asked.path.starts_with("/_matrix/federation/v2/").then_some(Reply::Json(404, unknown))
        });
    }
}

/// The event with the signature of this server's key.
fn signed(event: &Value, by: &str) -> Value {
    let rules = RoomVersion::rules(&RoomVersionId::V11).unwrap();
    let by = OwnedServerName::try_from(by).unwrap();
    let pdu = Pdu::from_json(event.to_string(), &rules).unwrap();
    let signed = signing_key(&by).add_signature(&pdu, &rules).unwrap();
    serde_json::from_str(signed.json()).unwrap()
}

#[tokio::test]
async fn an_invite_is_in_the_room_with_the_signatures_of_both_servers() {
    for version in ["1", "6", "12"] {
        let plan = Plan::of(version).await;
        plan.invite().await.ok();
        assert_eq!(plan.member().await.ok()["content"]["membership"], "invite");
        assert_eq!(plan.signed_by().await, [plan.peer.name(), "localhost"], "{version}");
        let asked = plan.peer.asked("invite");
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].body["room_version"], version);
        let shown = asked[0].body["invite_room_state"].as_array().unwrap();
        assert!(shown.iter().any(|event| event["content"]["name"] == "Bees"), "{shown:?}");
    }
}

#[tokio::test]
async fn a_server_of_old_is_asked_as_of_old() {
    for version in ["1", "2"] {
        let plan = Plan::of(version).await;
        plan.is_old();
        plan.invite().await.ok();
        assert_eq!(plan.signed_by().await, [plan.peer.name(), "localhost"]);
        let asked = plan.peer.asked("invite");
        assert_eq!(asked.len(), 2, "the second version is tried first");
        let Asked { path, body, .. } = &asked[1];
        assert!(path.starts_with("/_matrix/federation/v1/invite/"), "{path}");
        assert_eq!((&body["type"], &body["state_key"]), (&json!("m.room.member"), &json!(plan.peer.alice())));
        let shown = body["unsigned"]["invite_room_state"].as_array().unwrap();
        assert!(shown.iter().any(|event| event["content"]["name"] == "Bees"), "{shown:?}");
    }
}

#[tokio::test]
async fn a_server_of_old_does_not_know_the_rooms_of_today() {
    let plan = Plan::of("10").await;
    plan.is_old();
    plan.invite().await.refused(400, "M_INCOMPATIBLE_ROOM_VERSION");
    plan.member().await.refused(404, "M_NOT_FOUND");
    assert_eq!(plan.peer.asked("invite").len(), 1);
}

#[tokio::test]
async fn what_is_signed_must_be_the_invite() {
    type Lie = fn(&Value, &str) -> Value;
    let unsigned: Lie = |event, _| event.clone();
    let other: Lie = |event, name| {
        let mut event = event.clone();
        event["origin_server_ts"] = json!(5);
        signed(&event, name)
    };
    let forged: Lie = |event, name| {
        let mut signed = signed(event, "elsewhere.org");
        let signature = signed["signatures"]["elsewhere.org"].take();
        signed["signatures"] = json!({"localhost": event["signatures"]["localhost"], name: signature});
        signed
    };
    let nothing: Lie = |_, _| json!({});
    let plan = Plan::of("11").await;
    for (number, lie) in [unsigned, other, forged, nothing].into_iter().enumerate() {
        let name = plan.peer.name().to_owned();
        plan.peer.script(move |asked| {
            let answer = || Reply::Json(200, json!({"event": lie(&asked.body["event"], &name)}));
            (asked.what == "invite").then(answer)
        });
        let answer = plan.invite().await;
        assert_eq!((answer.status, &answer.body["errcode"]), (502, &json!("M_UNKNOWN")), "lie {number}");
        plan.member().await.refused(404, "M_NOT_FOUND");
    }
    plan.peer.script(|_| None);
    plan.invite().await.ok();
}
