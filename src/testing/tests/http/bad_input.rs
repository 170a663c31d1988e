//! Whatever is sent to whichever endpoint of the specification, the answer is a Matrix one, and it is never "my fault".

use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestError, TestRunner},
};
use reqwest::Method;
use serde_json::{Value, json};
use testing::{Answer, TestServer, TestUser, segment};

/// Every endpoint of the client-server API: a method and a path with parameters in braces.
const ENDPOINTS: &str = include_str!("endpoints.txt");

/// Requests of one run.
const CASES: u32 = 3000;

#[derive(Debug, Clone)]
enum Body {
    None,
    Bytes(Vec<u8>),
    Json(Value),
}

#[derive(Debug, Clone)]
struct Case {
    method: Method,
    path: String,
    token: Token,
    body: Body,
}

#[derive(Debug, Clone, Copy)]
enum Token {
    None,
    MadeUp,
    Alice,
    Bob,
}

/// Texts where an id, a number or a word is expected; `{room}`, `{event}`, `{alice}` and `{bob}` stand for real ones.
fn texts() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "",
        "{room}",
        "{event}",
        "{alice}",
        "{bob}",
        "!",
        "!x",
        "!x:localhost",
        "$",
        "$x",
        "@",
        "@:",
        "@x:localhost",
        "@x:elsewhere.example",
        "#",
        "#x:localhost",
        "m.room.message",
        "m.room.member",
        "m.room.power_levels",
        "m.room.create",
        "m.fully_read",
        "m.push_rules",
        "global",
        "override",
        "underride",
        "content",
        "displayname",
        "avatar_url",
        ".m.rule.master",
        "true",
        "null",
        "-1",
        "0",
        "1",
        "18446744073709551615",
        "18446744073709551616",
        "1e999",
        "\0",
        "..",
        "/",
        "%",
        "\u{202e}",
        "💬",
        "localhost",
        "join",
        "f",
        "b",
        "{\"room\":{\"timeline\":{\"limit\":-1}}}",
        "[]",
        "{",
        "s1_2",
        "t-1",
    ];
    prop_oneof![
        8 => select(KNOWN).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => Just("x".repeat(5000)),
    ]
}

fn values() -> impl Strategy<Value = Value> {
    const KEYS: &[&str] = &[
        "type",
        "user_id",
        "room_id",
        "event_id",
        "auth",
        "session",
        "password",
        "identifier",
        "user",
        "content",
        "device_keys",
        "one_time_keys",
        "signatures",
        "messages",
        "limit",
        "filter",
        "search_term",
        "preset",
        "invite",
        "initial_state",
        "state_key",
        "visibility",
        "membership",
        "actions",
        "conditions",
        "algorithm",
        "auth_data",
        "rooms",
        "sessions",
        "displayname",
        "avatar_url",
        "presence",
        "typing",
        "timeout",
        "devices",
        "m.relates_to",
        "power_level_content_override",
        "room_version",
        "url",
        "new_version",
        "users",
        "master_key",
        "reason",
        "enabled",
        "search_categories",
        "room_events",
        "m.fully_read",
        "m.read",
        "since",
        "kind",
        "app_id",
        "pushkey",
        "data",
        "keys",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 24, 6, |inner| {
        let key = prop_oneof![6 => select(KEYS).prop_map(str::to_owned), 1 => texts()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

fn bodies() -> impl Strategy<Value = Body> {
    let deep = format!("{}{}", "[".repeat(3000), "]".repeat(3000));
    prop_oneof![
        1 => Just(Body::None),
        1 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Body::Bytes),
        1 => Just(Body::Bytes(deep.into_bytes())),
        1 => Just(Body::Bytes(br#"{"a": 1e400, "b": 123456789012345678901234567890}"#.to_vec())),
        8 => values().prop_map(Body::Json),
    ]
}

fn queries() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "limit",
        "from",
        "to",
        "dir",
        "since",
        "filter",
        "at",
        "membership",
        "ts",
        "version",
        "kind",
        "access_token",
        "full_state",
        "set_presence",
        "user_id",
        "order_by",
        "width",
        "height",
        "method",
        "scope",
        "before",
        "after",
    ];
    prop::collection::vec((select(NAMES), texts()), 0..3).prop_map(|pairs| {
        let pairs: Vec<_> = pairs.iter().map(|(name, text)| format!("{name}={}", segment(text))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    })
}

fn cases() -> impl Strategy<Value = Case> {
    let endpoints: Vec<_> = ENDPOINTS.lines().filter_map(|line| line.split_once(' ')).collect();
    let token =
        select([Token::None, Token::MadeUp, Token::Alice, Token::Alice, Token::Alice, Token::Bob].as_slice());
    let parameters = prop::collection::vec(texts(), 6);
    (select(endpoints), parameters, queries(), token, bodies()).prop_map(
        |((method, template), parameters, query, token, body)| {
            let mut parameters = parameters.iter();
            let filled = template.split('/').map(|part| {
                let value = if part.starts_with('{') { parameters.next() } else { None };
                value.map_or_else(|| part.to_owned(), |text| segment(text))
            });
            let path = format!("{}{query}", filled.collect::<Vec<_>>().join("/"));
            Case { method: method.parse().expect("a method"), path, token, body }
        },
    )
}

/// The people and things that cases name.
struct World {
    server: TestServer,
    alice: TestUser,
    bob: TestUser,
    made: u32,
    room: String,
    event: String,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let (alice, bob) = (server.user("alice").await, server.user("bob").await);
        let room = alice.room().await;
        bob.join(&room).await;
        let event = alice.say(&room, "hello").await;
        Self { server, alice, bob, made: 0, room, event }
    }

    fn name(&self, text: &str) -> String {
        let real =
            [("room", &self.room), ("event", &self.event), ("alice", &self.alice.id), ("bob", &self.bob.id)];
        real.iter().fold(text.to_owned(), |text, (name, id)| {
            text.replace(&segment(&format!("{{{name}}}")), &segment(id)).replace(&format!("{{{name}}}"), id)
        })
    }

    async fn send(&mut self, case: &Case) -> Answer {
        let mut stranger = self.server.stranger();
        stranger.token = "made up".into();
        let user = match case.token {
            Token::None => &self.server.stranger(),
            Token::MadeUp => &stranger,
            Token::Alice => &self.alice,
            Token::Bob => &self.bob,
        };
        let body = match &case.body {
            Body::None => None,
            Body::Bytes(bytes) => Some(bytes.clone()),
            Body::Json(value) => Some(self.name(&value.to_string()).into_bytes()),
        };
        let path = self.name(&case.path);
        user.request_bytes(case.method.clone(), &path, "application/json", body).await
    }

    /// A logged-out person is replaced, or else all that follows would be refused at the door.
    async fn refresh(&mut self) {
        if self.alice.get("/v3/account/whoami").await.status != 200 {
            self.made += 1;
            self.alice = self.server.user(&format!("alice{}", self.made)).await;
            self.room = self.alice.room().await;
            self.event = self.alice.say(&self.room, "hello").await;
        }
    }
}

fn verdict(answer: &Answer) -> Result<(), String> {
    if answer.status < 400 {
        return Ok(());
    }
    let code = answer.body["errcode"].as_str().unwrap_or_default();
    let asks = answer.status == 401 && answer.body["flows"].is_array();
    // That another server does not answer is no fault of this one's.
    if answer.status >= 500 && answer.status != 502 {
        return Err(format!("{} {}", answer.status, answer.body));
    }
    let speaks = code.starts_with("M_") && answer.body["error"].is_string();
    if !asks && !speaks {
        return Err(format!("not a Matrix error: {} {}", answer.status, answer.body));
    }
    Ok(())
}

#[test]
fn nothing_that_is_sent_is_the_server_s_fault() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = std::cell::RefCell::new(runtime.block_on(World::new()));
    let mut runner = TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 300,
        ..Config::default()
    });
    let outcome = runner.run(&cases(), |case| {
        let mut world = world.borrow_mut();
        let answer = runtime.block_on(async {
            let answer = world.send(&case).await;
            if answer.status == 401 || case.path.contains("/logout") {
                world.refresh().await;
            }
            answer
        });
        verdict(&answer).map_err(TestCaseError::fail)
    });
    if let Err(TestError::Fail(why, case)) = outcome {
        panic!("{why}\n{case:?}");
    }
    outcome.unwrap();
    let mut world = world.into_inner();
    runtime.block_on(async {
        world.refresh().await;
        world.alice.say(&world.room, "still here").await;
    });
}

#[tokio::test]
async fn requests_at_the_wrong_door_change_nothing() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let event = alice.say(&room, "hello").await;
    let before = alice.sync(None).await;
    let stranger = server.stranger();
    let open =
        ["/login", "/register", "/refresh", "/.well-known", "/versions", "/email/", "/msisdn/", "/password"];
    for (method, template) in ENDPOINTS.lines().filter_map(|line| line.split_once(' ')) {
        // These read no body, and the first ends what follows.
        if template.contains("/logout") || template.contains("/openid/") {
            continue;
        }
        let path = template
            .replace("{roomId}", &segment(&room))
            .replace("{eventId}", &segment(&event))
            .replace("{userId}", &segment(&alice.id))
            .replace(['{', '}'], "");
        let method: Method = method.parse().unwrap();
        let answer = stranger.request(method.clone(), &path, Some(json!({}))).await;
        if method != Method::GET && open.iter().all(|part| !path.contains(part)) {
            assert!((400..500).contains(&answer.status), "{method} {path}: {}", answer.status);
        }
        let broken = Some(b"{\"broken\": ".to_vec());
        let answer = alice.request_bytes(method.clone(), &path, "application/json", broken).await;
        // Uploads are bytes, whatever they are; getting and deleting have no body.
        let takes_bytes = path.contains("/media/") || [Method::GET, Method::DELETE].contains(&method);
        assert!(takes_bytes || (400..500).contains(&answer.status), "{method} {path}: {}", answer.status);
    }
    let after = server.login("alice").await.sync(None).await;
    assert_eq!(ids(&before, &room), ids(&after, &room));
}

/// The events of a room's timeline.
fn ids(answer: &Value, room: &str) -> Vec<String> {
    let events = answer["rooms"]["join"][room]["timeline"]["events"].as_array().unwrap();
    events.iter().map(|event| event["event_id"].to_string()).collect()
}
