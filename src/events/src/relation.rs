//! What an event says about other events and people: `m.relates_to` and `m.mentions`.

use ruma::{OwnedEventId, OwnedUserId};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The `m.relates_to` of an event (client-server API, "Forming relationships between events", and MSC2674).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Relation {
    /// Such as `m.replace`, `m.annotation`, `m.thread`, `m.reference`.
    #[serde(default, deserialize_with = "lenient")]
    pub rel_type: Option<String>,
    /// The event that it relates to.
    #[serde(default, deserialize_with = "lenient")]
    pub event_id: Option<OwnedEventId>,
    /// For annotations, the reaction.
    #[serde(default, deserialize_with = "lenient")]
    pub key: Option<String>,
    #[serde(default, rename = "m.in_reply_to", deserialize_with = "lenient_object")]
    in_reply_to: Option<InReplyTo>,
    /// In threads: the reply is only there for clients that know no threads.
    #[serde(default, deserialize_with = "lenient")]
    is_falling_back: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct InReplyTo {
    event_id: OwnedEventId,
}

impl Relation {
    /// Reads the relation of an event's content; `None` when it has none, or none of the right form.
    pub fn of(content: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Content {
            #[serde(default, rename = "m.relates_to", deserialize_with = "lenient_object")]
            relates_to: Option<Relation>,
        }
        // Few events relate to another; looking for the key costs less than parsing.
        if !content.contains("\"m.relates_to\"") {
            return None;
        }
        serde_json::from_str::<Content>(content).ok()?.relates_to
    }

    /// Type and target of a relation that is indexed; `None` for plain replies.
    pub fn target(&self) -> Option<(&str, &ruma::EventId)> {
        Some((self.rel_type.as_deref()?, self.event_id.as_deref()?))
    }

    /// The event it replies to.
    pub fn in_reply_to(&self) -> Option<&ruma::EventId> {
        self.in_reply_to.as_ref().map(|reply| &*reply.event_id)
    }

    /// Whether the reply is only there for clients that know no threads.
    pub fn is_falling_back(&self) -> bool {
        self.is_falling_back.unwrap_or(false)
    }
}

/// The `m.mentions` of an event: who is meant (client-server API, "User and room mentions").
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Mentions {
    /// The people.
    #[serde(default, deserialize_with = "lenient")]
    user_ids: Option<Vec<OwnedUserId>>,
    /// Everyone.
    #[serde(default, deserialize_with = "lenient")]
    room: Option<bool>,
}

impl Mentions {
    /// Reads the mentions of an event's content; `None` when it has no `m.mentions` object.
    pub fn of(content: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Content {
            #[serde(default, rename = "m.mentions", deserialize_with = "lenient_object")]
            mentions: Option<Mentions>,
        }
        if !content.contains("\"m.mentions\"") {
            return None;
        }
        serde_json::from_str::<Content>(content).ok()?.mentions
    }

    /// The people that are meant.
    pub fn user_ids(&self) -> &[OwnedUserId] {
        self.user_ids.as_deref().unwrap_or_default()
    }

    /// Whether everyone in the room is meant.
    pub fn room(&self) -> bool {
        self.room.unwrap_or(false)
    }
}

/// A field of the wrong form counts as absent: events are not refused for it.
fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> Deserialize<'a>,
{
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// The same for objects, which serde would also read from arrays.
fn lenient_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> Deserialize<'a>,
{
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(if raw.get().starts_with('{') { serde_json::from_str(raw.get()).ok() } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_kind_of_relation() {
        let reaction =
            Relation::of(r#"{"m.relates_to":{"rel_type":"m.annotation","event_id":"$a","key":"👍"}}"#)
                .expect("a relation");
        assert_eq!(reaction.target().map(|(kind, id)| (kind, id.as_str())), Some(("m.annotation", "$a")));
        assert_eq!(reaction.key.as_deref(), Some("👍"));

        let thread = Relation::of(
            r#"{"body":"x","m.relates_to":{"rel_type":"m.thread","event_id":"$root","is_falling_back":true,
                "m.in_reply_to":{"event_id":"$last"}}}"#,
        )
        .expect("a relation");
        assert_eq!(thread.in_reply_to().map(ruma::EventId::as_str), Some("$last"));
        assert!(thread.is_falling_back());

        let reply =
            Relation::of(r#"{"m.relates_to":{"m.in_reply_to":{"event_id":"$a"}}}"#).expect("a relation");
        assert_eq!(reply.target(), None);
        assert!(!reply.is_falling_back());
    }

    #[test]
    fn takes_what_is_well_formed_and_no_more() {
        assert_eq!(Relation::of(r#"{"body":"m.relates_to"}"#), None);
        assert_eq!(Relation::of(r#"{"body":"\"m.relates_to\""}"#), None);
        assert_eq!(Relation::of(r#"{"m.relates_to":[1]}"#), None);
        let odd = Relation::of(r#"{"m.relates_to":{"rel_type":7,"event_id":"$a","key":null}}"#)
            .expect("a relation");
        assert_eq!((odd.rel_type, odd.key), (None, None));
        assert!(odd.event_id.is_some());
    }

    #[test]
    fn mentions_name_people_or_the_room() {
        let mentions = Mentions::of(r#"{"m.mentions":{"user_ids":["@a:x"],"room":true}}"#).expect("mentions");
        assert_eq!(mentions.user_ids().len(), 1);
        assert!(mentions.room());
        let nobody = Mentions::of(r#"{"m.mentions":{"user_ids":"@a:x"}}"#).expect("mentions");
        assert!(nobody.user_ids().is_empty() && !nobody.room());
        assert_eq!(Mentions::of("{}"), None);
    }
}
