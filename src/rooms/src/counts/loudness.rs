//! Which events notify by the rules that every user starts with.
//!
//! These are the server-default push rules (client-server API, "Default Override Rules" and "Default Underride
//! Rules") as far as they say the same for everyone in the room. What differs between people (mentions by name,
//! keywords, muted rooms) is the push consumer's, which corrects the count of those it concerns.

use serde::Deserialize;
use std::borrow::Cow;

/// How loud an event is for the members of its room, its sender aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loudness {
    /// Counts for nobody.
    Silent,
    /// Counts as a notification.
    Notify,
    /// Counts as a notification and a highlight.
    Highlight,
}

/// What the rules look at.
#[derive(Deserialize, Default)]
struct Content<'a> {
    #[serde(borrow, default, deserialize_with = "lenient")]
    msgtype: Option<Text<'a>>,
    #[serde(rename = "m.mentions", default, deserialize_with = "lenient")]
    mentions: Option<Mentions>,
    #[serde(borrow, rename = "m.relates_to", default, deserialize_with = "lenient")]
    relates_to: Option<RelatesTo<'a>>,
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
struct Mentions {
    #[serde(default)]
    room: bool,
}

#[derive(Deserialize)]
struct RelatesTo<'a> {
    #[serde(borrow, default)]
    rel_type: Option<Cow<'a, str>>,
}

/// A field of the wrong shape is a field that no rule matches; it must not hide the others.
fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    let raw = <&serde_json::value::RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// Judges an event. `may_notify_room` is asked only for mentions of the whole room: whether the sender has the power
/// for it (`notifications.room` of the power levels).
pub fn loudness(
    kind: &str,
    state_key: Option<&str>,
    content: &str,
    may_notify_room: impl FnOnce() -> bool,
) -> Loudness {
    if matches!(kind, "m.room.member" | "m.reaction" | "m.room.server_acl") {
        return Loudness::Silent;
    }
    let loud_by_itself = matches!(kind, "m.room.message" | "m.room.encrypted" | "m.call.invite");
    if !loud_by_itself && kind != "m.room.tombstone" && !content.contains("\"m.mentions\"") {
        return Loudness::Silent;
    }
    let content: Content<'_> = serde_json::from_str(content).unwrap_or_default();
    if content.msgtype.is_some_and(|msgtype| msgtype.0 == "m.notice") {
        return Loudness::Silent;
    }
    if content.mentions.is_some_and(|mentions| mentions.room) && may_notify_room() {
        return Loudness::Highlight;
    }
    if kind == "m.room.tombstone" && state_key == Some("") {
        return Loudness::Highlight;
    }
    let is_edit =
        content.relates_to.is_some_and(|relation| relation.rel_type.as_deref() == Some("m.replace"));
    if loud_by_itself && !is_edit { Loudness::Notify } else { Loudness::Silent }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, state_key: Option<&str>, content: &str) -> Loudness {
        loudness(kind, state_key, content, || true)
    }

    #[test]
    fn messages_notify_and_notices_edits_and_reactions_do_not() {
        use Loudness::{Notify, Silent};
        assert_eq!(of("m.room.message", None, r#"{"msgtype":"m.text","body":"x"}"#), Notify);
        assert_eq!(of("m.room.encrypted", None, "{}"), Notify);
        assert_eq!(of("m.call.invite", None, "{}"), Notify);
        assert_eq!(
            of("m.room.message", None, r#"{"msgtype":"m.notice","m.mentions":{"room":true}}"#),
            Silent
        );
        let edit = r#"{"msgtype":"m.text","m.relates_to":{"rel_type":"m.replace","event_id":"$a"}}"#;
        assert_eq!(of("m.room.message", None, edit), Silent);
        assert_eq!(of("m.reaction", None, "{}"), Silent);
        assert_eq!(of("m.room.topic", Some(""), r#"{"topic":"x"}"#), Silent);
    }

    #[test]
    fn whole_room_mentions_highlight_when_the_sender_may() {
        let content = r#"{"msgtype":"m.text","m.mentions":{"room":true}}"#;
        assert_eq!(of("m.room.message", None, content), Loudness::Highlight);
        assert_eq!(loudness("m.room.message", None, content, || false), Loudness::Notify);
        assert_eq!(of("org.example.event", None, content), Loudness::Highlight);
        assert_eq!(of("m.room.tombstone", Some(""), "{}"), Loudness::Highlight);
        assert_eq!(of("m.room.tombstone", Some("x"), "{}"), Loudness::Silent);
    }

    #[test]
    fn one_field_of_the_wrong_shape_does_not_hide_another() {
        let content = r#"{"msgtype":7,"m.mentions":{"room":true},"m.relates_to":"no"}"#;
        assert_eq!(of("m.room.message", None, content), Loudness::Highlight);
        assert_eq!(of("m.room.message", None, r#"{"m.mentions":[],"body":{}}"#), Loudness::Notify);
    }
}
