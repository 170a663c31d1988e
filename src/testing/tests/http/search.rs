//! Finding what was said.

use serde_json::{Value, json};
use testing::{Answer, TestServer, TestUser, segment};

async fn ask(user: &TestUser, criteria: Value, query: &str) -> Answer {
    user.post(&format!("/v3/search{query}"), json!({"search_categories": {"room_events": criteria}})).await
}

async fn find(user: &TestUser, criteria: Value) -> Value {
    ask(user, criteria, "").await.ok()["search_categories"]["room_events"].clone()
}

async fn search(user: &TestUser, term: &str) -> Vec<String> {
    ids(&find(user, json!({"search_term": term, "order_by": "recent"})).await)
}

fn ids(found: &Value) -> Vec<String> {
    let results = found["results"].as_array().expect("there is always a list").iter();
    results.map(|one| one["result"]["event_id"].as_str().unwrap().to_owned()).collect()
}

fn edit(of: &str, body: &str) -> Value {
    json!({"msgtype": "m.text", "body": format!("* {body}"), "m.new_content": {"msgtype": "m.text", "body": body},
        "m.relates_to": {"rel_type": "m.replace", "event_id": of}})
}

#[tokio::test]
async fn what_was_just_said_is_found() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let said = alice.say(&room, "Der Igel sitzt im Garten").await;
    alice.say(&room, "Der Hase auch").await;
    let found = find(&alice, json!({"search_term": "igel garten"})).await;
    assert_eq!(ids(&found), [said.as_str()]);
    assert_eq!(found["count"], 1);
    assert_eq!(found["highlights"], json!(["garten", "igel"]));
    let result = &found["results"][0];
    assert_eq!(result["result"]["room_id"], room.as_str());
    assert_eq!(result["result"]["content"]["body"], "Der Igel sitzt im Garten");
    assert!(result["rank"].as_f64().unwrap() > 0.0);
    assert!(search(&alice, "elephant").await.is_empty());
}

#[tokio::test]
async fn words_beginnings_and_phrases_in_any_script() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let crepe = alice.say(&room, "Crème brûlée, bitte").await;
    let script = alice.say(&room, "look at node.js").await;
    let greeting = alice.say(&room, "大家你好吗").await;
    assert_eq!(search(&alice, "CREME").await, [crepe.as_str()]);
    assert_eq!(search(&alice, "brul").await, [crepe.as_str()]);
    assert_eq!(search(&alice, "node").await, [script.as_str()]);
    assert_eq!(search(&alice, "\"at node\"").await, [script.as_str()]);
    assert!(search(&alice, "\"node at\"").await.is_empty());
    assert!(search(&alice, "brul bitte").await.is_empty(), "only the last word may be a beginning");
    assert_eq!(search(&alice, "你好").await, [greeting.as_str()]);
    assert!(search(&alice, "好你").await.is_empty());
    assert!(search(&alice, "?!").await.is_empty());
}

#[tokio::test]
async fn an_edited_message_is_found_by_its_latest_text() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let said = alice.say(&room, "apples").await;
    assert_eq!(search(&alice, "apples").await, [said.as_str()]);
    let first = alice.send(&room, "m.room.message", edit(&said, "pears")).await;
    alice.later_than(&room, &first).await;
    let last = alice.send(&room, "m.room.message", edit(&said, "plums")).await;
    assert!(search(&alice, "apples").await.is_empty());
    assert!(search(&alice, "pears").await.is_empty());
    assert_eq!(search(&alice, "plums").await, [said.as_str()]);
    let redact = format!("/v3/rooms/{}/redact/{}/1", segment(&room), segment(&last));
    alice.put(&redact, json!({})).await.ok();
    assert_eq!(search(&alice, "pears").await, [said.as_str()]);
    assert!(search(&alice, "plums").await.is_empty());
}

#[tokio::test]
async fn what_was_redacted_is_not_found() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let said = alice.say(&room, "a secret").await;
    let other = alice.say(&room, "no secret").await;
    assert_eq!(search(&alice, "secret").await.len(), 2);
    let redact = format!("/v3/rooms/{}/redact/{}/1", segment(&room), segment(&said));
    alice.put(&redact, json!({})).await.ok();
    for order in ["rank", "recent"] {
        let found = find(&alice, json!({"search_term": "secret", "order_by": order})).await;
        assert_eq!(ids(&found), [other.as_str()], "{order}");
        assert_eq!(found["count"], 1, "{order}");
    }
}

#[tokio::test]
async fn only_what_one_may_see_is_found_and_counted() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let secret = alice.room_with(json!({"preset": "private_chat"})).await;
    alice.say(&secret, "topsecret").await;
    let rule = json!({"type": "m.room.history_visibility", "content": {"history_visibility": "joined"}});
    let room = alice.room_with(json!({"preset": "public_chat", "initial_state": [rule]})).await;
    alice.say(&room, "topsecret before").await;
    bob.join(&room).await;
    let during = alice.say(&room, "topsecret during").await;
    bob.leave(&room).await;
    alice.say(&room, "topsecret after").await;
    alice.send(&room, "m.room.message", edit(&during, "changed")).await;
    assert!(search(&bob, "changed").await.is_empty());
    assert!(search(&bob, "topsecret").await.is_empty(), "its text is another by now, unseen");
    bob.join(&room).await;
    alice.send(&room, "m.room.message", edit(&during, "changed again")).await;
    let found = find(&bob, json!({"search_term": "changed"})).await;
    assert_eq!((ids(&found), &found["count"]), (vec![during.clone()], &json!(1)));
    let named = find(&bob, json!({"search_term": "topsecret", "filter": {"rooms": [secret, room]}})).await;
    assert_eq!((ids(&named).len(), &named["count"]), (0, &json!(0)));
    assert_eq!(find(&alice, json!({"search_term": "topsecret"})).await["count"], 3);
}

#[tokio::test]
async fn who_is_ignored_is_not_found() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    bob.say(&room, "spam spam").await;
    let own = alice.say(&room, "no spam please").await;
    let path = format!("/v3/user/{}/account_data/m.ignored_user_list", segment(&alice.id));
    let bob_id = bob.id.as_str();
    alice.put(&path, json!({"ignored_users": {bob_id: {}}})).await.ok();
    let found =
        find(&alice, json!({"search_term": "spam", "event_context": {"before_limit": 5, "after_limit": 5}}))
            .await;
    assert_eq!(ids(&found), [own.as_str()]);
    assert!(!found["results"][0]["context"]["events_before"].to_string().contains("spam spam"));
}

#[tokio::test]
async fn names_and_topics_by_key() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let name = alice.state(&room, "m.room.name", "", json!({"name": "Beekeeping"})).await;
    let topic = alice.state(&room, "m.room.topic", "", json!({"topic": "All about beekeeping"})).await;
    let body = alice.say(&room, "beekeeping is fun").await;
    for (key, id) in [("content.name", &name), ("content.topic", &topic), ("content.body", &body)] {
        let found = find(&alice, json!({"search_term": "beekeeping", "keys": [key]})).await;
        assert_eq!(ids(&found), [id.as_str()], "{key}");
    }
    assert_eq!(search(&alice, "beekeeping").await, [body, topic, name]);
    let wrong = json!({"search_term": "x", "keys": ["content.secret"]});
    ask(&alice, wrong, "").await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn filters_choose_rooms_senders_and_types() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let (one, two) = (alice.room().await, alice.room().await);
    bob.join(&one).await;
    let first = alice.say(&one, "needle").await;
    let second = bob.say(&one, "needle").await;
    let third = alice.say(&two, "needle").await;
    let name = alice.state(&two, "m.room.name", "", json!({"name": "needle"})).await;
    for (filter, expected) in [
        (json!({"rooms": [one]}), vec![&second, &first]),
        (json!({"not_rooms": [two]}), vec![&second, &first]),
        (json!({"senders": [bob.id]}), vec![&second]),
        (json!({"not_senders": [alice.id]}), vec![&second]),
        (json!({"types": ["m.room.name"]}), vec![&name]),
        (json!({"not_types": ["m.room.name"], "rooms": [two]}), vec![&third]),
        (json!({"senders": ["@nobody:localhost"]}), vec![]),
        (json!({"rooms": []}), vec![]),
    ] {
        let criteria = json!({"search_term": "needle", "order_by": "recent", "filter": filter});
        let found = find(&alice, criteria).await;
        assert_eq!(ids(&found).iter().collect::<Vec<_>>(), expected, "{filter}");
        assert_eq!(found["count"], expected.len(), "{filter}");
    }
}

#[tokio::test]
async fn pages_stay_in_order_while_others_write() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let mut said = Vec::new();
    for number in 0..23 {
        said.push(alice.say(&room, &format!("Message {}", "again ".repeat(number % 3))).await);
    }
    for order in ["recent", "rank"] {
        let criteria =
            json!({"search_term": "message", "order_by": order, "filter": {"limit": 5, "rooms": [room]}});
        let (mut seen, mut query) = (Vec::new(), String::new());
        loop {
            let page = ask(&alice, criteria.clone(), &query).await.ok();
            let page = &page["search_categories"]["room_events"];
            assert!(page["count"].as_u64().unwrap() >= 23);
            seen.extend(ids(page));
            let Some(next) = page["next_batch"].as_str() else { break };
            query = format!("?next_batch={}", segment(next));
            alice.say(&room, "a newer message").await;
        }
        let unique: std::collections::HashSet<_> = seen.iter().collect();
        assert_eq!(unique.len(), seen.len(), "{order}: nothing comes twice");
        assert!(said.iter().all(|id| unique.contains(id)), "{order}: nothing is left out");
        if order == "recent" {
            said.reverse();
            assert_eq!(seen, said);
            said.reverse();
        }
    }
    ask(&alice, json!({"search_term": "message"}), "?next_batch=nonsense")
        .await
        .refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn groups_by_room_and_sender_have_pages_of_their_own() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let (one, two) = (alice.room().await, alice.room().await);
    bob.join(&one).await;
    let older = alice.say(&one, "pancakes").await;
    let newer = bob.say(&one, "pancakes").await;
    let newest = alice.say(&two, "pancakes").await;
    let criteria = json!({
        "search_term": "pancakes", "order_by": "recent", "filter": {"limit": 2},
        "groupings": {"group_by": [{"key": "room_id"}, {"key": "sender"}]},
    });
    let found = find(&alice, criteria.clone()).await;
    let by_room = &found["groups"]["room_id"];
    assert_eq!(by_room[&two]["results"], json!([newest]));
    assert_eq!(by_room[&one]["results"], json!([newer]));
    assert!(by_room[&two]["order"].as_u64() < by_room[&one]["order"].as_u64());
    assert_eq!(found["groups"]["sender"][&alice.id]["results"], json!([newest]));
    let next = by_room[&one]["next_batch"].as_str().unwrap();
    let rest = ask(&alice, criteria.clone(), &format!("?next_batch={next}")).await.ok();
    assert_eq!(ids(&rest["search_categories"]["room_events"]), [older.as_str()]);
    let next = found["groups"]["sender"][&alice.id]["next_batch"].as_str().unwrap();
    let rest = ask(&alice, criteria, &format!("?next_batch={next}")).await.ok();
    assert_eq!(ids(&rest["search_categories"]["room_events"]), [older.as_str()]);
}

#[tokio::test]
async fn context_profiles_and_state_come_along() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    for number in 1..=7 {
        alice.say(&room, &format!("Number {number}")).await;
    }
    let criteria = json!({
        "search_term": "Number 4", "filter": {"limit": 1}, "include_state": true,
        "event_context": {"before_limit": 2, "after_limit": 1, "include_profile": true},
    });
    let found = find(&alice, criteria).await;
    let context = &found["results"][0]["context"];
    let bodies = |key: &str| {
        context[key]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["content"]["body"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(bodies("events_before"), ["Number 3", "Number 2"]);
    assert_eq!(bodies("events_after"), ["Number 5"]);
    assert_eq!(context["profile_info"][&alice.id]["displayname"], "alice");
    let start = segment(context["start"].as_str().unwrap());
    let earlier = format!("/v3/rooms/{}/messages?dir=b&limit=1&from={start}", segment(&room));
    assert_eq!(alice.get(&earlier).await.ok()["chunk"][0]["content"]["body"], "Number 1");
    let state = found["state"][&room].as_array().unwrap();
    assert!(state.iter().any(|event| event["type"] == "m.room.create"));
    let plain = find(&alice, json!({"search_term": "Number"})).await;
    assert!(plain["results"][0].get("context").is_none() && plain.get("state").is_none());
}

#[tokio::test]
async fn a_room_that_is_forgotten_or_purged_is_not_searched() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    alice.say(&room, "marmalade").await;
    bob.leave(&room).await;
    assert_eq!(search(&bob, "marmalade").await.len(), 1);
    bob.post(&format!("/v3/rooms/{}/forget", segment(&room)), json!({})).await.ok();
    assert!(search(&bob, "marmalade").await.is_empty());
    assert_eq!(search(&alice, "marmalade").await.len(), 1);
    let id = room.as_str().try_into().unwrap();
    server.inside().app().rooms.purge(id).await.unwrap();
    assert!(search(&alice, "marmalade").await.is_empty());
}

#[tokio::test]
async fn the_index_goes_on_after_a_restart_and_is_made_again_when_it_is_lost() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let first = alice.say(&room, "walnut").await;
    assert_eq!(search(&alice, "walnut").await, [first.as_str()]);
    let second = alice.say(&room, "walnut again").await;
    let server = server.restart().await;
    let alice = alice.at(&server);
    assert_eq!(search(&alice, "walnut").await, [second.as_str(), first.as_str()]);
    let folder = server.inside().app().config.search_path();
    let server =
        server.restart_after(|| std::fs::remove_dir_all(&folder).expect("the index was there")).await;
    let alice = alice.at(&server);
    assert_eq!(search(&alice, "walnut").await, [second.as_str(), first.as_str()]);
    let server = server
        .restart_after(|| std::fs::write(folder.join("meta.json"), "nonsense").expect("the index is there"))
        .await;
    let alice = alice.at(&server);
    assert_eq!(search(&alice, "walnut").await, [second, first]);
}

#[tokio::test]
async fn limits_are_refused_with_a_reason() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    ask(&alice, json!({"search_term": "x".repeat(1001)}), "").await.refused(400, "M_INVALID_PARAM");
    ask(&alice, json!({"search_term": "a b ".repeat(20)}), "").await.refused(400, "M_INVALID_PARAM");
    ask(&alice, json!({"search_term": 5}), "").await.refused(400, "M_BAD_JSON");
    ask(&alice, json!({"search_term": "x", "order_by": "taste"}), "").await.refused(400, "M_INVALID_PARAM");
    let nothing = alice.post("/v3/search", json!({"search_categories": {}})).await.ok();
    assert_eq!(nothing, json!({"search_categories": {}}));
    server.stranger().post("/v3/search", json!({})).await.refused(401, "M_MISSING_TOKEN");
    let off = TestServer::start_with(|config| config.search.enabled = false).await;
    let alice = off.user("alice").await;
    ask(&alice, json!({"search_term": "x"}), "").await.refused(403, "M_FORBIDDEN");
}
