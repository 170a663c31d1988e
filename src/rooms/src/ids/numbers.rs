//! The numbers themselves.

macro_rules! number {
    ($($(#[doc = $doc:literal])+ $name:ident;)*) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);
    )*};
}

number! {
    /// A room.
    RoomNum;
    /// A user, of this server or another.
    UserNum;
    /// A stored event. Events that authorize it were stored before it, so they have smaller numbers.
    EventNum;
    /// A device of a user.
    DeviceNum;
    /// A place in a room's state: event type and state key. All places of one type are next to each other.
    StateKeyNum;
}

const KEY_BITS: u32 = 40;

impl StateKeyNum {
    /// The place of the create event.
    pub const CREATE: Self = Self::new(types::CREATE, 0);
    /// The place of the power levels.
    pub const POWER_LEVELS: Self = Self::new(types::POWER_LEVELS, 0);
    /// The place of the join rules.
    pub const JOIN_RULES: Self = Self::new(types::JOIN_RULES, 0);
    /// The place of the history visibility.
    pub const HISTORY_VISIBILITY: Self = Self::new(types::HISTORY_VISIBILITY, 0);

    /// From the numbers of the type and of the key; the empty key is 0.
    pub const fn new(event_type: u64, key: u64) -> Self {
        Self((event_type << KEY_BITS) | (key & ((1 << KEY_BITS) - 1)))
    }

    /// The number of the event type.
    pub const fn event_type(self) -> u64 {
        self.0 >> KEY_BITS
    }

    /// The number of the state key; 0 is the empty one.
    pub const fn key(self) -> u64 {
        self.0 & ((1 << KEY_BITS) - 1)
    }
}

/// Event types with fixed numbers, never stored.
pub mod types {
    /// `m.room.create`
    pub const CREATE: u64 = 1;
    /// `m.room.member`
    pub const MEMBER: u64 = 2;
    /// `m.room.power_levels`
    pub const POWER_LEVELS: u64 = 3;
    /// `m.room.join_rules`
    pub const JOIN_RULES: u64 = 4;
    /// `m.room.history_visibility`
    pub const HISTORY_VISIBILITY: u64 = 5;
    /// `m.room.name`
    pub const NAME: u64 = 6;
    /// `m.room.topic`
    pub const TOPIC: u64 = 7;
    /// `m.room.avatar`
    pub const AVATAR: u64 = 8;
    /// `m.room.canonical_alias`
    pub const CANONICAL_ALIAS: u64 = 9;
    /// `m.room.encryption`
    pub const ENCRYPTION: u64 = 10;
    /// `m.room.guest_access`
    pub const GUEST_ACCESS: u64 = 11;
    /// `m.room.server_acl`
    pub const SERVER_ACL: u64 = 12;
    /// `m.room.tombstone`
    pub const TOMBSTONE: u64 = 13;
    /// `m.room.third_party_invite`
    pub const THIRD_PARTY_INVITE: u64 = 14;
    /// `m.space.child`
    pub const SPACE_CHILD: u64 = 15;
    /// `m.space.parent`
    pub const SPACE_PARENT: u64 = 16;
    /// `m.room.pinned_events`
    pub const PINNED_EVENTS: u64 = 17;

    pub(crate) const FIRST_FREE: u64 = 64;

    /// The types above by name. Numbers are stable for ever.
    pub(crate) const WELL_KNOWN: [(&str, u64); 17] = [
        ("m.room.create", CREATE),
        ("m.room.member", MEMBER),
        ("m.room.power_levels", POWER_LEVELS),
        ("m.room.join_rules", JOIN_RULES),
        ("m.room.history_visibility", HISTORY_VISIBILITY),
        ("m.room.name", NAME),
        ("m.room.topic", TOPIC),
        ("m.room.avatar", AVATAR),
        ("m.room.canonical_alias", CANONICAL_ALIAS),
        ("m.room.encryption", ENCRYPTION),
        ("m.room.guest_access", GUEST_ACCESS),
        ("m.room.server_acl", SERVER_ACL),
        ("m.room.tombstone", TOMBSTONE),
        ("m.room.third_party_invite", THIRD_PARTY_INVITE),
        ("m.space.child", SPACE_CHILD),
        ("m.space.parent", SPACE_PARENT),
        ("m.room.pinned_events", PINNED_EVENTS),
    ];
}
