//! Events whose past is not here: it is fetched, in bounds, and nothing is lost when it can't be had at once.

use super::{Meeting, ids};
use events::Pdu;
use ruma::RoomVersionId;
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use testing::Reply;

#[tokio::test]
async fn what_lies_between_comes_in_its_order() {
    let meeting = Meeting::start().await;
    let since = meeting.bob.now().await;
    let known = meeting.peer.room(|room| room.extremities().to_vec());
    let said: Vec<Pdu> = (0..6).map(|n| meeting.peer.say(&n.to_string())).collect();
    meeting.send(&said[5..]).await;
    assert_eq!(meeting.seen(&since, &said[5]).await, ids(&said));
    let asked = meeting.peer.asked("get_missing_events");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].body["earliest_events"], json!(known));
    assert_eq!(asked[0].body["latest_events"], json!([said[5].event_id()]));
    assert!(meeting.peer.asked("state_ids").is_empty() && meeting.peer.asked("state").is_empty());
}

#[tokio::test]
async fn a_long_gap_is_filled_in_several_steps() {
    let meeting = Meeting::of(RoomVersionId::V12).await;
    let since = meeting.bob.now().await;
    let said: Vec<Pdu> = (0..60).map(|n| meeting.peer.say(&n.to_string())).collect();
    meeting.send(&said[59..]).await;
    let seen = meeting.seen(&since, &said[59]).await;
    let filter = testing::segment(r#"{"room":{"timeline":{"limit":70}}}"#);
    let timeline = meeting.bob.sync_with(None, &format!("&filter={filter}")).await;
    let all = super::timeline(&timeline, &meeting.room);
    assert!(all.ends_with(&ids(&said)), "{seen:?}");
    assert!(meeting.peer.asked("state_ids").is_empty());
}

#[tokio::test]
async fn where_nothing_leads_to_what_is_known_the_state_is_asked_for() {
    let meeting = Meeting::start().await;
    let since = meeting.bob.now().await;
    let alice = meeting.peer.alice();
    let topic = json!({"topic": "changed meanwhile"});
    meeting.peer.room(|room| {
        room.state(&alice, "m.room.topic", "", topic).valid();
        room.join(&alice.replace("alice", "carol")).unwrap();
    });
    let said: Vec<Pdu> = (0..3).map(|n| meeting.peer.say(&n.to_string())).collect();
    meeting.peer.script(|asked| {
        (asked.what == "get_missing_events").then(|| Reply::Json(200, json!({"events": []})))
    });
    meeting.send(&said[2..]).await;
    let seen = meeting.seen(&since, &said[2]).await;
    assert_eq!(seen.last(), ids(&said[2..]).last());
    let asked = meeting.peer.asked("state_ids");
    assert_eq!(asked.len(), 1);
    let room = testing::segment(&meeting.room);
    let topic = meeting.bob.get(&format!("/v3/rooms/{room}/state/m.room.topic")).await.ok();
    assert_eq!(topic["topic"], "changed meanwhile");
    let members = meeting.bob.get(&format!("/v3/rooms/{room}/joined_members")).await.ok();
    assert_eq!(members["joined"].as_object().unwrap().len(), 3);

    // What is missing between is not passed over in silence.
    let news = meeting.bob.sync(Some(&since)).await;
    let news = &news["rooms"]["join"][&meeting.room];
    assert_eq!(news["timeline"]["limited"], true, "{news}");
    let timeline = news["timeline"]["events"].as_array().unwrap();
    let seen: Vec<_> = timeline.iter().map(|event| event["event_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(seen, ids(&said[1..]));
    let state = news["state"]["events"].as_array().unwrap();
    assert!(state.iter().any(|event| event["content"]["topic"] == "changed meanwhile"), "{news}");
    let rooms = &meeting.server.inside().app().rooms;
    let num = rooms.require(<&ruma::RoomId>::try_from(&*meeting.room).unwrap()).unwrap().num;
    assert_eq!(rooms.contradictions(num).unwrap(), Vec::<String>::new());
}

/// A stretch of the past is not to be had, and the event after it is not for people to see: they learn of the gap with the next one that
/// is.
async fn a_gap_shows_before(meeting: &Meeting, hidden: &Pdu, shown: &Pdu, since: &str) {
    meeting.peer.script(|asked| {
        (asked.what == "get_missing_events").then(|| Reply::Json(200, json!({"events": []})))
    });
    meeting.send(std::slice::from_ref(shown)).await;
    assert_eq!(meeting.seen(since, shown).await, ids(std::slice::from_ref(shown)));
    assert!(!meeting.has(hidden).await);
    let news = meeting.bob.sync(Some(since)).await;
    let timeline = &news["rooms"]["join"][&meeting.room]["timeline"];
    assert_eq!(timeline["limited"], true, "{news}");
    assert_eq!(timeline["events"].as_array().unwrap().len(), 1, "{news}");
    // What follows it does so without a gap.
    let since = meeting.bob.now().await;
    let next = meeting.peer.say("and on");
    meeting.send(std::slice::from_ref(&next)).await;
    assert_eq!(meeting.seen(&since, &next).await, ids(&[next]));
    let news = meeting.bob.sync(Some(&since)).await;
    assert_eq!(news["rooms"]["join"][&meeting.room]["timeline"]["limited"], false, "{news}");
    let rooms = &meeting.server.inside().app().rooms;
    let num = rooms.require(<&ruma::RoomId>::try_from(&*meeting.room).unwrap()).unwrap().num;
    assert_eq!(rooms.contradictions(num).unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_gap_before_an_event_that_the_room_does_not_allow_any_more_is_seen() {
    let meeting = Meeting::start().await;
    let (alice, carol) = (meeting.peer.alice(), meeting.peer.person("carol"));
    let joined = meeting.peer.room(|room| room.join(&carol).unwrap());
    let banned =
        meeting.peer.room(|room| room.member(&alice, &carol, "ban").after([joined.event_id()]).valid());
    meeting.send(&[joined.clone(), banned]).await;
    let since = meeting.bob.now().await;
    let (last, shown) = meeting.peer.room(|room| {
        let mut last = joined;
        for number in 0..5 {
            last = room.message(&carol, &number.to_string()).after([last.event_id()]).valid();
        }
        let shown = room.message(&alice, "she had her say").after([last.event_id()]).valid();
        (last, shown)
    });
    a_gap_shows_before(&meeting, &last, &shown, &since).await;
}

#[tokio::test]
async fn a_gap_before_an_event_that_was_never_allowed_is_seen() {
    let meeting = Meeting::start().await;
    let since = meeting.bob.now().await;
    for number in 0..3 {
        meeting.peer.say(&number.to_string());
    }
    let (alice, stranger) = (meeting.peer.alice(), meeting.peer.person("stranger"));
    let hidden = meeting.peer.room(|room| {
        let denied = room.message(&stranger, "not in the room").seal();
        room.insert(denied.clone());
        denied
    });
    let shown = meeting.peer.room(|room| room.message(&alice, "well said").valid());
    a_gap_shows_before(&meeting, &hidden, &shown, &since).await;
}

#[tokio::test]
async fn an_event_that_had_to_wait_comes_when_what_it_waits_for_has_come() {
    let meeting = Meeting::start().await;
    let since = meeting.bob.now().await;
    let (first, second) = (meeting.peer.say("first"), meeting.peer.say("second"));
    meeting.peer.script(|asked| (asked.what != "server").then(|| Reply::Json(404, json!({}))));
    meeting.send(std::slice::from_ref(&second)).await;
    meeting.peer.until_asked("get_missing_events", 1).await;
    assert!(!meeting.has(&second).await);
    meeting.send(std::slice::from_ref(&first)).await;
    assert_eq!(meeting.seen(&since, &second).await, ids(&[first, second]));
}

#[tokio::test]
async fn what_is_no_event_leads_nowhere() {
    let meeting = Meeting::start().await;
    let (_, second) = (meeting.peer.say("first"), meeting.peer.say("second"));
    let room = meeting.room.clone();
    meeting.peer.script(move |asked| {
        let bad = json!({"events": [{"room_id": room, "type": "m.room.message", "content": {"n": 1.5}}]});
        (asked.what == "get_missing_events").then_some(Reply::Json(200, bad))
    });
    meeting.send(std::slice::from_ref(&second)).await;
    meeting.peer.until_asked("get_missing_events", 1).await;
    let since = meeting.bob.now().await;
    let others = meeting.peer.room(|room| {
        let before = room.get(second.prev_events()[0].as_ref()).unwrap().prev_events().to_vec();
        room.message(&meeting.peer.alice(), "beside it").after(before).valid()
    });
    meeting.send(std::slice::from_ref(&others)).await;
    assert_eq!(meeting.seen(&since, &others).await, ids(&[others]));
    assert!(!meeting.has(&second).await);
    assert!(meeting.peer.asked("state_ids").is_empty());
}

#[tokio::test]
async fn events_whose_authorizing_events_were_rejected_are_rejected() {
    let meeting = Meeting::start().await;
    let since = meeting.bob.now().await;
    let alice = meeting.peer.alice();
    let carol = meeting.peer.person("carol");
    let carols = meeting.peer.room(|room| room.join(&carol).unwrap());
    meeting.send(std::slice::from_ref(&carols)).await;
    let usurped = meeting.peer.room(|room| room.power(&carol, &[(&carol, 100)]).seal());
    let results = meeting.peer.send(&meeting.server, std::slice::from_ref(&usurped)).await;
    assert!(results[usurped.event_id().as_str()]["error"].is_string());
    let (outlier, built, good) = meeting.peer.room(|room| {
        let (create, rules) =
            (room.current("m.room.create", "").unwrap(), room.current("m.room.join_rules", "").unwrap());
        let member = room.current("m.room.member", &carol).unwrap();
        let levels = room.current("m.room.power_levels", "").unwrap();
        let id = |pdu: &Pdu| pdu.event_id().to_owned();
        let outlier = room
            .state(&carol, "m.room.member", &carol, json!({"membership": "join", "n": 1}))
            .authorized_by([id(&create), id(&rules), id(&usurped), id(&member)])
            .seal();
        let built = room
            .message(&carol, "built on sand")
            .authorized_by([id(&create), id(&levels), id(&member), id(&outlier)])
            .seal();
        let good = room.message(&alice, "well founded").valid();
        (outlier, built, good)
    });
    let outlier_json: serde_json::Value = serde_json::from_str(outlier.json()).unwrap();
    let name = meeting.peer.name().to_owned();
    meeting.peer.script(move |asked| {
        let answer = json!({"origin": name, "origin_server_ts": 1, "pdus": [outlier_json]});
        (asked.what == "event").then_some(Reply::Json(200, answer))
    });
    meeting.send(&[built.clone(), good.clone()]).await;
    assert_eq!(meeting.seen(&since, &good).await.last(), ids(&[good]).last());
    meeting.peer.until_asked("event", 1).await;
    assert!(!meeting.has(&built).await && !meeting.has(&outlier).await);
}

#[tokio::test]
async fn what_waits_goes_on_waiting_after_a_restart_and_holds_nobody_up() {
    let Meeting { peer, server, bob, room } = Meeting::start().await;
    let since = bob.now().await;
    let said = [peer.say("one"), peer.say("two")];
    let silent = Arc::new(AtomicBool::new(true));
    let is_silent = Arc::clone(&silent);
    peer.script(move |asked| {
        (asked.what != "server" && is_silent.load(Ordering::Relaxed)).then_some(Reply::Silence)
    });
    peer.transaction(&server, "early", &said[1..], &[]).await.ok();
    peer.until_asked("get_missing_events", 1).await;
    // Others of the room are not held up.
    bob.say(&room, "meanwhile").await;
    let server = server.restart().await;
    silent.store(false, Ordering::Relaxed);
    let bob = bob.at(&server);
    let meeting = Meeting { peer, server, bob, room };
    let seen = meeting.seen(&since, &said[1]).await;
    assert!(seen.ends_with(&ids(&said)), "{seen:?}");
}
