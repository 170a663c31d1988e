//! A client's filter (spec "Filtering"), ready to be asked about one event after another.

use rooms::StoredEvent;
use ruma::{
    OwnedRoomId, OwnedUserId, RoomId,
    api::client::filter::{
        EventFormat, Filter, FilterDefinition, LazyLoadOptions, RoomEventFilter, UrlFilter,
    },
};
use std::collections::HashSet;

/// The whole filter of a /sync request.
#[derive(Debug, Default)]
pub struct SyncFilter {
    /// Rooms to leave out or to keep to.
    pub rooms: RoomChoice,
    /// Whether rooms that the user has left are wanted in a first sync.
    pub include_leave: bool,
    /// The room's timeline.
    pub timeline: EventFilter,
    /// The room's state.
    pub state: EventFilter,
    /// Typing and receipts.
    pub ephemeral: EventFilter,
    /// Account data of a room.
    pub room_account_data: EventFilter,
    /// Account data of the user.
    pub account_data: EventFilter,
    /// Other people's presence.
    pub presence: EventFilter,
    /// Member events only of those who speak.
    pub lazy_members: bool,
    /// Member events again that this device was sent before.
    pub redundant_members: bool,
    /// Counts for threads apart from the main timeline.
    pub thread_counts: bool,
    /// Dotted paths of the only fields wanted in events; all when `None`.
    pub event_fields: Option<Vec<String>>,
    /// Events as servers exchange them.
    pub federation_format: bool,
}

/// Which rooms.
#[derive(Debug, Default)]
pub struct RoomChoice {
    only: Option<HashSet<OwnedRoomId>>,
    not: HashSet<OwnedRoomId>,
}

impl RoomChoice {
    fn new(only: Option<Vec<OwnedRoomId>>, not: Vec<OwnedRoomId>) -> Self {
        Self { only: only.map(HashSet::from_iter), not: HashSet::from_iter(not) }
    }

    /// Whether the room is wanted.
    pub fn takes(&self, room: &RoomId) -> bool {
        !self.not.contains(room) && self.only.as_ref().is_none_or(|only| only.contains(room))
    }

    fn is_all(&self) -> bool {
        self.not.is_empty() && self.only.is_none()
    }
}

/// Which events, by what they say of themselves.
#[derive(Debug, Default)]
pub struct EventFilter {
    /// How many at the most; `None` when the client does not say.
    limit: Option<usize>,
    types: Option<Vec<String>>,
    not_types: Vec<String>,
    senders: Option<HashSet<OwnedUserId>>,
    not_senders: HashSet<OwnedUserId>,
    contains_url: Option<bool>,
    rooms: RoomChoice,
}

impl EventFilter {
    /// How many events the client wants at once, if it says so.
    pub fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// Whether every event passes, so that nobody needs to look.
    pub fn takes_all(&self) -> bool {
        self.types.is_none()
            && self.not_types.is_empty()
            && self.senders.is_none()
            && self.not_senders.is_empty()
            && self.contains_url.is_none()
            && self.rooms.is_all()
    }

    /// Whether no event can pass, so that nobody needs to read.
    pub fn takes_none(&self) -> bool {
        self.limit == Some(0)
            || self.types.as_ref().is_some_and(Vec::is_empty)
            || self.senders.as_ref().is_some_and(HashSet::is_empty)
            || self.not_types.iter().any(|pattern| pattern == "*")
    }

    /// Whether events of this room can pass.
    pub fn takes_room(&self, room: &RoomId) -> bool {
        self.rooms.takes(room)
    }

    /// Whether an event of this type passes, sender and content aside.
    pub fn takes_type(&self, kind: &str) -> bool {
        !self.not_types.iter().any(|pattern| matches(pattern, kind))
            && self.types.as_ref().is_none_or(|types| types.iter().any(|pattern| matches(pattern, kind)))
    }

    /// Whether events of this sender pass.
    pub fn takes_sender(&self, sender: &str) -> bool {
        !self.not_senders.iter().any(|other| other == sender)
            && self.senders.as_ref().is_none_or(|only| only.iter().any(|other| other == sender))
    }

    /// Whether an event passes.
    pub fn takes_event(&self, event: &StoredEvent) -> bool {
        crate::event::passes(event, self)
    }

    /// Whether an event passes; `has_url` is asked only when the filter cares.
    pub fn takes(&self, kind: &str, sender: &str, has_url: impl FnOnce() -> bool) -> bool {
        self.takes_type(kind)
            && self.takes_sender(sender)
            && self.contains_url.is_none_or(|wanted| wanted == has_url())
    }
}

/// Spec: `*` stands for any run of characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(previous) = last.replace(part) {
            match rest.find(previous) {
                Some(at) => rest = &rest[at + previous.len()..],
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

impl From<Filter> for EventFilter {
    fn from(filter: Filter) -> Self {
        Self {
            limit: filter.limit.map(size),
            types: filter.types,
            not_types: filter.not_types,
            senders: filter.senders.map(HashSet::from_iter),
            not_senders: HashSet::from_iter(filter.not_senders),
            contains_url: None,
            rooms: RoomChoice::default(),
        }
    }
}

impl From<RoomEventFilter> for EventFilter {
    fn from(filter: RoomEventFilter) -> Self {
        Self {
            limit: filter.limit.map(size),
            types: filter.types,
            not_types: filter.not_types,
            senders: filter.senders.map(HashSet::from_iter),
            not_senders: HashSet::from_iter(filter.not_senders),
            contains_url: filter.url_filter.map(|url| matches!(url, UrlFilter::EventsWithUrl)),
            rooms: RoomChoice::new(filter.rooms, filter.not_rooms),
        }
    }
}

fn size(number: ruma::UInt) -> usize {
    usize::try_from(u64::from(number)).unwrap_or(usize::MAX)
}

impl From<FilterDefinition> for SyncFilter {
    fn from(filter: FilterDefinition) -> Self {
        let room = filter.room;
        let (lazy_members, redundant_members) = match room.state.lazy_load_options {
            LazyLoadOptions::Enabled { include_redundant_members } => (true, include_redundant_members),
            LazyLoadOptions::Disabled => (false, false),
        };
        Self {
            rooms: RoomChoice::new(room.rooms, room.not_rooms),
            include_leave: room.include_leave,
            lazy_members,
            redundant_members,
            thread_counts: room.timeline.unread_thread_notifications,
            timeline: room.timeline.into(),
            state: room.state.into(),
            ephemeral: room.ephemeral.into(),
            room_account_data: room.account_data.into(),
            account_data: filter.account_data.into(),
            presence: filter.presence.into(),
            event_fields: filter.event_fields,
            federation_format: filter.event_format == EventFormat::Federation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filter(json: &str) -> SyncFilter {
        serde_json::from_str::<FilterDefinition>(json).unwrap().into()
    }

    #[test]
    fn wildcards_stand_for_any_run() {
        for (pattern, text, expected) in [
            ("m.room.*", "m.room.message", true),
            ("m.room.*", "m.roo", false),
            ("*", "", true),
            ("*.key", "org.key", true),
            ("*.key", "org.keys", false),
            ("m.*.verification.*", "m.key.verification.start", true),
            ("a*a", "a", false),
            ("m.room.message", "m.room.message", true),
            ("m.room.message", "m.room.messages", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn a_star_matches_what_it_replaces(before in "[a-z.]{0,6}", middle in "[a-z.]{0,6}", after in "[a-z.]{0,6}") {
            let (pattern, text) = (format!("{before}*{after}"), format!("{before}{middle}{after}"));
            prop_assert!(matches(&pattern, &text));
        }
    }

    #[test]
    fn exclusion_wins_over_inclusion() {
        let filter = filter(
            r#"{"room":{"timeline":{"types":["m.room.*"],"not_types":["m.room.member"],"not_senders":["@spam:x"]}}}"#,
        );
        let takes = |kind, sender| filter.timeline.takes(kind, sender, || false);
        assert!(takes("m.room.message", "@alice:x"));
        assert!(!takes("m.room.member", "@alice:x"));
        assert!(!takes("m.room.message", "@spam:x"));
        assert!(!takes("m.reaction", "@alice:x"));
    }

    #[test]
    fn a_limit_of_nothing_takes_nothing() {
        assert_eq!(filter("{}").timeline.limit(), None);
        let none = filter(r#"{"room":{"timeline":{"limit":0}}}"#).timeline;
        assert!(none.takes_none() && none.limit() == Some(0));
    }

    #[test]
    fn rooms_are_chosen_by_both_lists() {
        let filter = filter(r#"{"room":{"rooms":["!a:x","!b:x"],"not_rooms":["!b:x"]}}"#);
        let takes = |room: &str| filter.rooms.takes(<&RoomId>::try_from(room).unwrap());
        assert!(takes("!a:x"));
        assert!(!takes("!b:x"));
        assert!(!takes("!c:x"));
    }
}
