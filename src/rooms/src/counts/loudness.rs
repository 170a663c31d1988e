//! Which events notify by the rules that every user starts with.
//!
//! These are the server-default push rules (client-server API, "Default Override Rules" and "Default Underride
//! Rules"; the older `.m.rule.roomnotif` too, for events that don't say whom they mention) as far as they say the same
//! for everyone in the room. What differs between people (mentions by name, keywords, muted rooms) is the push
//! consumer's, which corrects the count of those it concerns.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What in a text mentions everybody.
const ROOM: &str = "@room";

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
    #[serde(borrow, default, deserialize_with = "lenient")]
    body: Option<Text<'a>>,
    #[serde(borrow, rename = "m.mentions", default)]
    mentions: Option<&'a RawValue>,
    #[serde(borrow, rename = "m.relates_to", default, deserialize_with = "lenient")]
    relates_to: Option<RelatesTo<'a>>,
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Default, Deserialize)]
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
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

impl Content<'_> {
    /// Whether the event says so or, if it says of nobody whom it mentions, whether its text does.
    fn mentions_room(&self) -> bool {
        match (self.mentions, &self.body) {
            (Some(mentions), _) => {
                serde_json::from_str::<Mentions>(mentions.get()).is_ok_and(|mentions| mentions.room)
            }
            (None, Some(body)) => has_room_word(&body.0.to_lowercase()),
            (None, None) => false,
        }
    }
}

/// Whether `@room` stands in a text in small letters, not as the beginning of a longer word.
fn has_room_word(text: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
    text.match_indices(ROOM).any(|(index, word)| ends(&text[index + word.len()..]))
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
    let names_the_room = content.contains("\"m.mentions\"")
        || (content.contains('@') && content.to_ascii_lowercase().contains(ROOM));
    if !loud_by_itself && kind != "m.room.tombstone" && !names_the_room {
        return Loudness::Silent;
    }
    let content: Content<'_> = serde_json::from_str(content).unwrap_or_default();
    if content.msgtype.as_ref().is_some_and(|msgtype| msgtype.0 == "m.notice") {
        return Loudness::Silent;
    }
    if names_the_room && content.mentions_room() && may_notify_room() {
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
    fn the_text_mentions_the_room_if_nothing_else_says_whom_it_means() {
        use Loudness::{Highlight, Notify, Silent};
        let of_body =
            |body| of("m.room.message", None, &format!(r#"{{"msgtype":"m.text","body":"{body}"}}"#));
        assert_eq!([of_body("hi @room!"), of_body("@Room")], [Highlight; 2]);
        assert_eq!([of_body("@rooms"), of_body("room")], [Notify; 2]);
        let says = r#"{"msgtype":"m.text","body":"@room","m.mentions":{}}"#;
        assert_eq!(of("m.room.message", None, says), Notify);
        assert_eq!(of("m.room.message", None, r#"{"msgtype":"m.notice","body":"@room"}"#), Silent);
        assert_eq!(of("org.example.event", None, r#"{"body":"@room"}"#), Highlight);
    }

    #[test]
    fn one_field_of_the_wrong_shape_does_not_hide_another() {
        let content = r#"{"msgtype":7,"m.mentions":{"room":true},"m.relates_to":"no"}"#;
        assert_eq!(of("m.room.message", None, content), Loudness::Highlight);
        assert_eq!(of("m.room.message", None, r#"{"m.mentions":[],"body":{}}"#), Loudness::Notify);
    }
}
