//! What a browser is told: the same as a push gateway, cut to the size of a push message.

use super::{super::notice::Notice, encrypt::MOST};
use serde_json::{Map, Value};

/// What is left out first when there is too much, in this order.
const DISPENSABLE: [&str; 6] =
    ["content", "tweaks", "room_alias", "room_name", "sender_display_name", "membership"];

/// The text of a push, at most [`MOST`] bytes. Ids and counts are always in it.
pub(super) fn payload(data: &Value, notice: &Notice) -> Vec<u8> {
    let briefly = data.get("format").and_then(Value::as_str) == Some("event_id_only");
    let own = data.get("default_payload").and_then(Value::as_object);
    let mut said = own.cloned().unwrap_or_default();
    said.extend(notice.said(briefly));
    if !briefly && !notice.tweaks.is_empty() {
        said.insert("tweaks".to_owned(), Value::Object(notice.tweaks.clone()));
    }
    fit(&mut said, notice);
    Value::Object(said).to_string().into_bytes()
}

fn fit(said: &mut Map<String, Value>, notice: &Notice) {
    if excess(said) == 0 {
        return;
    }
    shorten_content(said);
    for key in DISPENSABLE {
        if excess(said) == 0 {
            return;
        }
        said.remove(key);
    }
    if excess(said) > 0 {
        said.clone_from(&notice.brief);
    }
}

/// How many bytes there are too many.
fn excess(said: &Map<String, Value>) -> usize {
    length(said).saturating_sub(MOST)
}

fn length(said: &Map<String, Value>) -> usize {
    serde_json::to_vec(said).map_or(usize::MAX, |text| text.len())
}

/// Leaves the beginning of the text in the content of a message, as much as there is room for, and what kind of message it is.
fn shorten_content(said: &mut Map<String, Value>) {
    let Some(content) = said.get_mut("content").and_then(Value::as_object_mut) else { return };
    content.retain(|key, _| matches!(key.as_str(), "msgtype" | "body"));
    let Some(Value::String(text)) = content.get("body").cloned() else { return };
    if excess(said) == 0 {
        return;
    }
    let mut put = |text: String| {
        if let Some(body) = said.get_mut("content").and_then(|content| content.get_mut("body")) {
            *body = Value::String(text);
        }
        length(said)
    };
    // The sign that something is missing is there in any case.
    let room = MOST.saturating_sub(put("…".to_owned()));
    let ends: Vec<usize> = text.char_indices().map(|(end, _)| end).collect();
    // In JSON a text has quotation marks around it.
    let fits = |end: usize| serde_json::to_string(&text[..end]).is_ok_and(|json| json.len() - 2 <= room);
    let fitting = ends.partition_point(|end| fits(*end));
    if let Some(end) = fitting.checked_sub(1) {
        put(format!("{}…", &text[..ends[end]]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sending::notice::Priority;
    use serde_json::json;

    fn said(data: &Value, more: Value) -> Value {
        let object = |value: Value| value.as_object().expect("an object").clone();
        let notice = Notice {
            priority: Priority::High,
            brief: object(
                json!({"event_id": "$e", "room_id": "!r", "counts": {"unread": 1}, "prio": "high"}),
            ),
            more: object(more),
            tweaks: object(json!({"sound": "default"})),
        };
        let text = payload(data, &notice);
        assert!(text.len() <= MOST, "{} bytes", text.len());
        serde_json::from_slice(&text).expect("JSON")
    }

    #[test]
    fn what_fits_is_said_whole() {
        let more = json!({"type": "m.room.message", "content": {"body": "x", "formatted_body": "<b>x</b>"}});
        let data = json!({"default_payload": {"session": 7, "event_id": "no"}});
        let expected = json!({
            "event_id": "$e", "room_id": "!r", "counts": {"unread": 1}, "prio": "high", "type": "m.room.message",
            "content": {"body": "x", "formatted_body": "<b>x</b>"}, "tweaks": {"sound": "default"}, "session": 7,
        });
        assert_eq!(said(&data, more.clone()), expected);
        let brief = json!({"event_id": "$e", "room_id": "!r", "counts": {"unread": 1}, "prio": "high"});
        assert_eq!(said(&json!({"format": "event_id_only"}), more), brief);
    }

    #[test]
    fn what_is_too_long_is_cut_and_ids_never() {
        for text in ["a".repeat(9_000), "\"\n".repeat(5_000), "💬".repeat(3_000)] {
            let more = json!({"content": {"body": text, "formatted_body": text, "msgtype": "m.text"}, "room_name": "R"});
            let said = said(&json!({}), more);
            let body = said["content"]["body"].as_str().expect("a body");
            assert!(
                body.ends_with('…') && body.len() > 1_000 && text.starts_with(body.trim_end_matches('…'))
            );
            assert_eq!((&said["content"]["msgtype"], &said["room_name"]), (&json!("m.text"), &json!("R")));
        }
        let secret = said(
            &json!({}),
            json!({"content": {"ciphertext": "c".repeat(9_000)}, "type": "m.room.encrypted"}),
        );
        assert_eq!((&secret["content"], &secret["type"]), (&json!({}), &json!("m.room.encrypted")));
        let huge = said(&json!({"default_payload": {"x": "y".repeat(9_000)}}), json!({"room_name": "R"}));
        assert_eq!(huge["event_id"], "$e");
    }
}
