//! Pushers of kind `http`: the push gateway of the app's makers brings pushes to its devices (Push Gateway API).

use super::{Inner, WITHIN, notice::Notice, outcome::Outcome};
use http::{Method, Request, header};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use users::pushers::StoredPusher;

/// The format that says as little as can be.
const EVENT_ID_ONLY: &str = "event_id_only";

#[derive(Deserialize)]
struct Answer {
    /// Push keys that are no good any more.
    #[serde(default)]
    rejected: Vec<String>,
}

impl Inner {
    /// Brings a push to the gateway of a pusher.
    pub(super) async fn to_gateway(&self, pusher: &StoredPusher, notice: &Notice) -> Outcome {
        let request = match request(pusher, notice) {
            Ok(request) => request,
            Err(why) => return Outcome::Refused(why),
        };
        match self.client.exchange(request, WITHIN).await {
            Ok(answer) if answer.status().is_success() => understand(pusher, answer.body()),
            Ok(answer) => Outcome::of_status(answer.status(), answer.headers()),
            Err(error) => error.into(),
        }
    }
}

fn understand(pusher: &StoredPusher, body: &[u8]) -> Outcome {
    match serde_json::from_slice::<Answer>(body) {
        Ok(answer) if answer.rejected.contains(&pusher.pushkey) => Outcome::Gone,
        Ok(_) => Outcome::Taken,
        Err(_) => Outcome::Failed("its answer is none of the push gateway API".to_owned(), None),
    }
}

fn request(pusher: &StoredPusher, notice: &Notice) -> Result<Request<Vec<u8>>, String> {
    let none = Map::new();
    let data = pusher.json.get("data").and_then(Value::as_object).unwrap_or(&none);
    let url = data.get("url").and_then(Value::as_str).unwrap_or_default();
    let body = Value::Object(body(pusher, data, notice)).to_string().into_bytes();
    Request::builder()
        .method(Method::POST)
        .uri(url)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .map_err(|error| error.to_string())
}

fn body(pusher: &StoredPusher, data: &Map<String, Value>, notice: &Notice) -> Map<String, Value> {
    let briefly = data.get("format").and_then(Value::as_str) == Some(EVENT_ID_ONLY);
    let mut device = Map::new();
    device.insert("app_id".to_owned(), pusher.app_id.as_str().into());
    device.insert("pushkey".to_owned(), pusher.pushkey.as_str().into());
    device.insert("pushkey_ts".to_owned(), (pusher.created_ms / 1000).into());
    let mut data = data.clone();
    data.remove("url");
    if !data.is_empty() {
        device.insert("data".to_owned(), Value::Object(data));
    }
    if !briefly && !notice.tweaks.is_empty() {
        device.insert("tweaks".to_owned(), Value::Object(notice.tweaks.clone()));
    }
    let mut said = notice.said(briefly);
    said.insert("devices".to_owned(), json!([device]));
    Map::from_iter([("notification".to_owned(), Value::Object(said))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sending::notice::Priority;
    use rooms::{DeviceNum, UserNum};

    fn pusher(data: Value) -> StoredPusher {
        let json = Map::from_iter([("data".to_owned(), data)]);
        StoredPusher {
            user: UserNum(1),
            device: DeviceNum(1),
            created_ms: 12_345,
            app_id: "app".into(),
            pushkey: "key".into(),
            json,
        }
    }

    fn notice() -> Notice {
        let object = |value: Value| value.as_object().expect("an object").clone();
        Notice {
            priority: Priority::High,
            brief: object(
                json!({"event_id": "$e", "room_id": "!r", "counts": {"unread": 2}, "prio": "high"}),
            ),
            more: object(json!({"type": "m.room.message", "sender": "@a:b", "content": {"body": "x"}})),
            tweaks: object(json!({"sound": "default"})),
        }
    }

    #[test]
    fn a_push_says_what_its_format_has() {
        let of = |data: Value| {
            let request = request(&pusher(data), &notice()).expect("a request");
            assert_eq!(request.uri(), "https://g.example/_matrix/push/v1/notify");
            serde_json::from_slice::<Value>(request.body()).expect("JSON")
        };
        let url = "https://g.example/_matrix/push/v1/notify";
        let full = json!({"notification": {
            "event_id": "$e", "room_id": "!r", "type": "m.room.message", "sender": "@a:b", "content": {"body": "x"},
            "counts": {"unread": 2}, "prio": "high",
            "devices": [{"app_id": "app", "pushkey": "key", "pushkey_ts": 12, "tweaks": {"sound": "default"}}],
        }});
        assert_eq!(of(json!({"url": url})), full);
        let brief = json!({"notification": {
            "event_id": "$e", "room_id": "!r", "counts": {"unread": 2}, "prio": "high",
            "devices": [{"app_id": "app", "pushkey": "key", "pushkey_ts": 12, "data": {"format": "event_id_only", "x": 1}}],
        }});
        assert_eq!(of(json!({"url": url, "format": "event_id_only", "x": 1})), brief);
    }

    #[test]
    fn answers_are_understood() {
        let of = |body: &str| understand(&pusher(json!({})), body.as_bytes());
        assert_eq!(of(r#"{"rejected":["key"]}"#), Outcome::Gone);
        assert_eq!([of("{}"), of(r#"{"rejected":["other"]}"#)], [Outcome::Taken, Outcome::Taken]);
        assert!(matches!(of("<html>"), Outcome::Failed(..)));
    }
}
