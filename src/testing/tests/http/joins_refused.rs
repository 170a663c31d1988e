//! Joins, leaves, knocks and invites across servers that are not what they must be.

use events::{EventDraft, Pdu, RoomVersion, seal, testing::signing_key};
use reqwest::Method;
use ruma::{OwnedServerName, RoomVersionId};
use serde_json::{Value, json};
use testing::{Peer, Reply, TestServer, TestUser, segment};

async fn join(user: &TestUser, peer: &Peer) -> testing::Answer {
    let path = format!("/v3/join/{}?via={}", segment(&peer.room_id()), segment(peer.name()));
    user.post(&path, json!({})).await
}

#[tokio::test]
async fn a_room_is_joined_through_an_honest_peer() {
    for version in [RoomVersionId::V10, RoomVersionId::V11, RoomVersionId::V12] {
        let peer = Peer::start(version.clone()).await;
        let server = peer.server().await;
        let bob = server.user("bob").await;
        peer.say("hello");
        join(&bob, &peer).await.ok();
        let members = bob.get(&format!("/v3/rooms/{}/joined_members", segment(&peer.room_id()))).await.ok();
        assert!(members["joined"].get(peer.alice()).is_some(), "{version}: {members}");
        assert_eq!(peer.asked("send_join").len(), 1);
    }
}

#[tokio::test]
async fn a_peer_that_lies_brings_nobody_in() {
    let peer = Peer::start(RoomVersionId::V12).await;
    let server = peer.server().await;
    let bob = server.user("bob").await;
    let honest = |what: &str| peer.asked(what).len();
    let known =
        || server.inside().app().rooms.room(<&ruma::RoomId>::try_from(peer.room_id().as_str()).unwrap());

    // A template for somebody else, and one of a room version from the future.
    let other = peer.alice();
    let other = peer.room(|room| room.member(&other, &other, "join").seal());
    let other: Value = serde_json::from_str(other.json()).unwrap();
    peer.script(move |asked| {
        let template = json!({ "room_version": "12", "event": other });
        (asked.what == "make_join").then_some(Reply::Json(200, template))
    });
    assert_eq!(join(&bob, &peer).await.status, 502);
    peer.script(|asked| {
        let template = json!({ "room_version": "org.example.new", "event": {} });
        (asked.what == "make_join").then_some(Reply::Json(200, template))
    });
    join(&bob, &peer).await.refused(400, "M_INCOMPATIBLE_ROOM_VERSION");
    peer.script(|asked| {
        let refusal =
            json!({ "errcode": "M_INCOMPATIBLE_ROOM_VERSION", "error": "no", "room_version": "99" });
        (asked.what == "make_join").then_some(Reply::Json(400, refusal))
    });
    let refused = join(&bob, &peer).await.refused(400, "M_INCOMPATIBLE_ROOM_VERSION");
    assert_eq!(refused["room_version"], "99");
    assert_eq!(honest("send_join"), 0);

    // Rooms without a beginning, of garbage, or without their members.
    for body in [
        json!({ "origin": "x", "state": [], "auth_chain": [] }),
        json!({ "origin": "x", "state": [{ "type": "m.room.create" }, 7, "x"], "auth_chain": [{}] }),
        json!({ "origin": "x", "members_omitted": true, "state": [], "auth_chain": [] }),
        json!({ "state": "all of it" }),
    ] {
        peer.script(move |asked| (asked.what == "send_join").then_some(Reply::Json(200, body.clone())));
        let answer = join(&bob, &peer).await;
        assert_eq!(answer.status, 502, "{}", answer.body);
    }
    assert!(known().unwrap().is_none(), "nothing is kept of it");
    peer.script(|_| None);
    join(&bob, &peer).await.ok();
}

#[tokio::test]
async fn what_is_not_signed_rightly_is_left_out() {
    let peer = Peer::start(RoomVersionId::V11).await;
    let server = peer.server().await;
    let bob = server.user("bob").await;
    let alice = peer.alice();
    let forged = peer.room(|room| room.state(&alice, "m.room.name", "", json!({"name": "forged"})).valid());
    let id = forged.event_id().to_string();
    let mut whole: Value = serde_json::from_str(forged.json()).unwrap();
    whole["signatures"] = json!({ peer.name(): { "ed25519:test": "AAAA" } });
    let (room, name) = (peer.room_id(), peer.name().to_owned());
    let events = peer.room(|room| room.events());
    peer.script(move |asked| {
        let told = events.iter().map(|pdu| {
            if pdu.event_id().as_str() == id {
                whole.clone()
            } else {
                serde_json::from_str(pdu.json()).unwrap()
            }
        });
        let told: Vec<Value> = told.collect();
        let body = json!({ "origin": name, "state": told, "auth_chain": told });
        (asked.what == "send_join").then_some(Reply::Json(200, body))
    });
    join(&bob, &peer).await.ok();
    let path = format!("/v3/rooms/{}/state/m.room.name/", segment(&room));
    bob.get(&path).await.refused(404, "M_NOT_FOUND");
}

/// A join of a peer's person as it must be, but for what `change` does.
async fn begun(
    peer: &Peer,
    server: &TestServer,
    room: &str,
    user: &str,
    change: impl Fn(&mut EventDraft),
) -> Pdu {
    let path = format!("/_matrix/federation/v1/make_join/{}/{}?ver=12", segment(room), segment(user));
    let template = peer.ask(server, Method::GET, &path, None).await.ok();
    assert_eq!(template["room_version"], "12");
    let rules = RoomVersion::rules(&RoomVersionId::V12).unwrap();
    let mut draft = EventDraft::from_template(&template["event"].to_string(), &rules).unwrap();
    change(&mut draft);
    let name = OwnedServerName::try_from(peer.name()).unwrap();
    seal(&draft, &rules, &signing_key(&name)).unwrap()
}

async fn put(peer: &Peer, server: &TestServer, what: &str, room: &str, pdu: &Pdu) -> testing::Answer {
    let path = format!("/_matrix/federation/{what}/{}/{}", segment(room), segment(pdu.event_id().as_str()));
    peer.ask(server, Method::PUT, &path, Some(serde_json::from_str(pdu.json()).unwrap())).await
}

#[tokio::test]
async fn others_join_as_the_room_allows() {
    let peer = Peer::start(RoomVersionId::V12).await;
    let server = peer.server().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let (carol, doris) = (peer.person("carol"), peer.person("doris"));
    let make = |what: &str, room: &str, user: &str, ver: &str| {
        format!("/_matrix/federation/v1/{what}/{}/{}?ver={ver}", segment(room), segment(user))
    };
    let get = async |path: String| peer.ask(&server, Method::GET, &path, None).await;
    get(make("make_join", &room, &alice.id, "12")).await.refused(403, "M_FORBIDDEN");
    get(make("make_join", "!nowhere:localhost", &carol, "12")).await.refused(404, "M_NOT_FOUND");
    let refused =
        get(make("make_join", &room, &carol, "1")).await.refused(400, "M_INCOMPATIBLE_ROOM_VERSION");
    assert_eq!(refused["room_version"], "12");
    get(make("make_leave", &room, &carol, "12")).await.refused(403, "M_FORBIDDEN");
    get(make("make_knock", &room, &carol, "12")).await.refused(403, "M_FORBIDDEN");
    server.get(&make("make_join", &room, &carol, "12")).await.refused(401, "M_UNAUTHORIZED");

    let message = |draft: &mut EventDraft| {
        draft.kind = "m.room.message".into();
        draft.state_key = None;
    };
    let wrong: [&dyn Fn(&mut EventDraft); 4] = [
        &message,
        &|draft| draft.state_key = None,
        &|draft| draft.state_key = Some(doris.clone()),
        &|draft| draft.content = r#"{"membership":"leave"}"#.into(),
    ];
    for change in wrong {
        let pdu = begun(&peer, &server, &room, &carol, change).await;
        put(&peer, &server, "v2/send_join", &room, &pdu).await.refused(400, "M_INVALID_PARAM");
    }
    let whole = begun(&peer, &server, &room, &carol, |_| ()).await;
    for what in ["v2/send_leave", "v1/send_knock"] {
        put(&peer, &server, what, &room, &whole).await.refused(400, "M_INVALID_PARAM");
    }
    put(&peer, &server, "v1/send_leave", &room, &whole).await.refused(400, "M_INVALID_PARAM");
    // Of somebody who is banned, with the template of somebody who is not.
    let ban = format!("/v3/rooms/{}/ban", segment(&room));
    alice.post(&ban, json!({"user_id": doris})).await.ok();
    let banned = begun(&peer, &server, &room, &carol, |draft| {
        draft.sender = doris.as_str().try_into().unwrap();
        draft.state_key = Some(doris.clone());
    });
    put(&peer, &server, "v2/send_join", &room, &banned.await).await.refused(403, "M_FORBIDDEN");

    let whole = begun(&peer, &server, &room, &carol, |_| ()).await;
    let told = put(&peer, &server, "v2/send_join", &room, &whole).await.ok();
    assert_eq!(put(&peer, &server, "v2/send_join", &room, &whole).await.ok(), told, "again the same");
    let older = put(&peer, &server, "v1/send_join", &room, &whole).await.ok();
    assert_eq!(older, json!([200, told]), "as older servers ask");
    let is_create = |event: &&Value| event["type"] == "m.room.create";
    assert!(told["state"].as_array().unwrap().iter().find(is_create).is_some());
    assert!(told["auth_chain"].as_array().unwrap().iter().find(is_create).is_some());
    let path = format!("/v3/rooms/{}/state/m.room.member/{}", segment(&room), segment(&carol));
    assert_eq!(alice.get(&path).await.ok()["membership"], "join");
}

#[tokio::test]
async fn invites_must_be_invites() {
    let peer = Peer::start(RoomVersionId::V11).await;
    let server = peer.server().await;
    let bob = server.user("bob").await;
    let (alice, room) = (peer.alice(), peer.room_id());
    let send = async |pdu: &Pdu, version: &str| {
        let body = json!({
            "room_version": version,
            "event": serde_json::from_str::<Value>(pdu.json()).unwrap(),
            "invite_room_state": [],
        });
        let id = segment(pdu.event_id().as_str());
        let path = format!("/_matrix/federation/v2/invite/{}/{id}", segment(&room));
        peer.ask(&server, Method::PUT, &path, Some(body)).await
    };
    let invite = peer.room(|room| room.member(&alice, &bob.id, "invite").seal());
    send(&invite, "org.example.new").await.refused(400, "M_INCOMPATIBLE_ROOM_VERSION");
    let nobody = peer.room(|room| room.member(&alice, "@nobody:localhost", "invite").seal());
    send(&nobody, "11").await.refused(403, "M_FORBIDDEN");
    let join = peer.room(|room| room.member(&alice, &alice, "join").seal());
    send(&join, "11").await.refused(400, "M_INVALID_PARAM");
    let stranger = peer.room(|room| room.member("@mallory:elsewhere.example", &bob.id, "invite").seal());
    send(&stranger, "11").await.refused(403, "M_FORBIDDEN");
    assert!(bob.sync(None).await["rooms"].get("invite").is_none());

    let signed = send(&invite, "11").await.ok();
    let signatures = signed["event"]["signatures"].as_object().unwrap();
    assert_eq!(signatures.keys().collect::<Vec<_>>(), [peer.name(), "localhost"]);
    assert!(bob.sync(None).await["rooms"]["invite"].get(&room).is_some());
}
