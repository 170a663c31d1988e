//! A room that keeps all its events and the state after each.

use std::collections::{BTreeMap, HashMap};

use ruma::{
    EventId, MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, RoomVersionId,
    ServerName, UInt, events::TimelineEventType, room_version_rules::RoomVersionRules,
};
use serde_json::{Value, json};

use crate::{
    EventDraft, Pdu, RoomVersion, SigningKey,
    auth::{Denied, auth_types, check_against_state, check_independent},
    resolve::{StateMap, resolve},
    seal,
};

/// The time of the first event, in milliseconds.
const START: u64 = 1_700_000_000_000;

/// The key that every test signs with for `server`.
pub fn signing_key(server: &ServerName) -> SigningKey {
    let seed = crate::hash::sha256(server.as_bytes());
    SigningKey::from_seed(server.to_owned(), "test", seed).expect("a well-formed version")
}

/// A room with all its events, valid at the time they were sent.
#[derive(Debug, Clone)]
pub struct TestRoom {
    version: RoomVersionId,
    rules: RoomVersionRules,
    room_id: Option<OwnedRoomId>,
    events: HashMap<OwnedEventId, Pdu>,
    order: Vec<OwnedEventId>,
    states: HashMap<OwnedEventId, StateMap<OwnedEventId>>,
    generations: HashMap<OwnedEventId, u64>,
    extremities: Vec<OwnedEventId>,
}

impl TestRoom {
    /// A room with nothing in it, not even a create event.
    pub fn empty(version: &RoomVersionId) -> Self {
        let rules = RoomVersion::rules(version).expect("a supported room version");
        Self {
            version: version.clone(),
            rules,
            room_id: None,
            events: HashMap::new(),
            order: Vec::new(),
            states: HashMap::new(),
            generations: HashMap::new(),
            extremities: Vec::new(),
        }
    }

    /// A room that everybody may join: created, creator joined, power levels, join rules.
    pub fn public(version: &RoomVersionId, creator: &str) -> Self {
        Self::with_join_rule(version, creator, "public")
    }

    /// A room with a join rule: created, creator joined, power levels, join rules.
    pub fn with_join_rule(version: &RoomVersionId, creator: &str, join_rule: &str) -> Self {
        let mut room = Self::empty(version);
        let mut content = json!({ "room_version": version });
        if !room.rules.authorization.use_room_create_sender {
            content["creator"] = creator.into();
        }
        room.state(creator, "m.room.create", "", content).valid();
        room.join(creator).expect("the creator may join");
        let levels = if room.rules.authorization.explicitly_privilege_room_creators {
            json!({ "users": {} })
        } else {
            json!({ "users": { creator: 100 } })
        };
        room.state(creator, "m.room.power_levels", "", levels).valid();
        room.state(creator, "m.room.join_rules", "", json!({ "join_rule": join_rule })).valid();
        room
    }

    /// The room version.
    pub fn version(&self) -> &RoomVersionId {
        &self.version
    }

    /// The rules of the room version.
    pub fn rules(&self) -> &RoomVersionRules {
        &self.rules
    }

    /// The room id.
    ///
    /// # Panics
    /// In an empty room.
    pub fn room_id(&self) -> &RoomId {
        self.room_id.as_deref().expect("the room has a create event")
    }

    /// The event of this id.
    pub fn get(&self, id: &EventId) -> Option<Pdu> {
        self.events.get(id).cloned()
    }

    /// All events, each after those it refers to.
    pub fn events(&self) -> Vec<Pdu> {
        self.order.iter().map(|id| self.events[id].clone()).collect()
    }

    /// The state after an event.
    ///
    /// # Panics
    /// When the event is not in the room.
    pub fn state_after(&self, id: &EventId) -> &StateMap<OwnedEventId> {
        &self.states[id]
    }

    /// How far an event is from the create event along auth events, at the longest.
    ///
    /// # Panics
    /// When the event is not in the room.
    pub fn generation(&self, id: &EventId) -> u64 {
        self.generations[id]
    }

    /// The events that no other follows.
    pub fn extremities(&self) -> &[OwnedEventId] {
        &self.extremities
    }

    /// The current state: that after all extremities.
    pub fn current_state(&self) -> StateMap<OwnedEventId> {
        self.state_before(&self.extremities)
    }

    /// The current state event of a type and key.
    pub fn current(&self, kind: &str, state_key: &str) -> Option<Pdu> {
        let id = self.current_state().remove(&(kind.into(), state_key.to_owned()))?;
        self.get(&id)
    }

    /// The state before an event that follows `prev_events`.
    pub fn state_before(&self, prev_events: &[OwnedEventId]) -> StateMap<OwnedEventId> {
        let sets: Vec<_> = prev_events.iter().map(|id| self.states[id].clone()).collect();
        resolve(&self.rules, &sets, &|id: &EventId| self.get(id)).expect("all events are at hand")
    }

    /// A state event to be sent.
    pub fn state(&mut self, sender: &str, kind: &str, state_key: &str, content: Value) -> NewEvent<'_> {
        NewEvent { state_key: Some(state_key.to_owned()), ..NewEvent::new(self, sender, kind, content) }
    }

    /// A text message to be sent.
    pub fn message(&mut self, sender: &str, body: &str) -> NewEvent<'_> {
        let content = json!({ "msgtype": "m.text", "body": body });
        NewEvent::new(self, sender, "m.room.message", content)
    }

    /// Any other event to be sent.
    pub fn event(&mut self, sender: &str, kind: &str, content: Value) -> NewEvent<'_> {
        NewEvent::new(self, sender, kind, content)
    }

    /// A membership to be sent: `join`, `invite`, `leave`, `ban`, `knock`.
    pub fn member(&mut self, sender: &str, target: &str, membership: &str) -> NewEvent<'_> {
        self.state(sender, "m.room.member", target, json!({ "membership": membership }))
    }

    /// Joins `user`.
    ///
    /// # Errors
    /// When the room doesn't allow it.
    pub fn join(&mut self, user: &str) -> Result<Pdu, Denied> {
        self.member(user, user, "join").send()
    }

    /// Sets the power levels of `users`, all else at its default.
    pub fn power(&mut self, sender: &str, users: &[(&str, i64)]) -> NewEvent<'_> {
        let users: BTreeMap<_, _> = users.iter().copied().collect();
        self.state(sender, "m.room.power_levels", "", json!({ "users": users }))
    }

    /// Adds an event that was made elsewhere. Its state is computed from the events it follows.
    pub fn insert(&mut self, pdu: Pdu) {
        let mut state = self.state_before(pdu.prev_events());
        if let Some(entry) = pdu.state_entry() {
            state.insert(entry, pdu.event_id().to_owned());
        }
        if self.room_id.is_none() {
            self.room_id = Some(pdu.room_id().to_owned());
        }
        self.extremities.retain(|id| !pdu.prev_events().contains(id));
        self.extremities.push(pdu.event_id().to_owned());
        self.order.push(pdu.event_id().to_owned());
        let generation =
            pdu.auth_events().iter().map(|parent| self.generations[parent] + 1).max().unwrap_or(0);
        self.generations.insert(pdu.event_id().to_owned(), generation);
        self.states.insert(pdu.event_id().to_owned(), state);
        self.events.insert(pdu.event_id().to_owned(), pdu);
    }
}

/// An event about to be sent, after the extremities unless said otherwise.
#[derive(Debug)]
pub struct NewEvent<'a> {
    room: &'a mut TestRoom,
    sender: String,
    kind: String,
    state_key: Option<String>,
    content: Value,
    prev_events: Option<Vec<OwnedEventId>>,
    auth_events: Option<Vec<OwnedEventId>>,
    time: Option<u64>,
    redacts: Option<OwnedEventId>,
}

impl<'a> NewEvent<'a> {
    fn new(room: &'a mut TestRoom, sender: &str, kind: &str, content: Value) -> Self {
        Self {
            room,
            sender: sender.to_owned(),
            kind: kind.to_owned(),
            state_key: None,
            content,
            prev_events: None,
            auth_events: None,
            time: None,
            redacts: None,
        }
    }

    /// Follows these events, so that the room forks.
    pub fn after(mut self, prev_events: impl IntoIterator<Item = impl Into<OwnedEventId>>) -> Self {
        self.prev_events = Some(prev_events.into_iter().map(Into::into).collect());
        self
    }

    /// Names these auth events, rightly or not.
    pub fn authorized_by(mut self, auth_events: impl IntoIterator<Item = impl Into<OwnedEventId>>) -> Self {
        self.auth_events = Some(auth_events.into_iter().map(Into::into).collect());
        self
    }

    /// Sent so many milliseconds after the room's first event. Without it, each event is a second after the last.
    pub fn at(mut self, milliseconds: u64) -> Self {
        self.time = Some(START + milliseconds);
        self
    }

    /// Redacts this event.
    pub fn redacting(mut self, event: &EventId) -> Self {
        self.redacts = Some(event.to_owned());
        self
    }

    /// Makes the event without adding it to the room, whether the room allows it or not.
    pub fn seal(self) -> Pdu {
        let prev_events = self.prev_events.clone().unwrap_or_else(|| self.room.extremities.clone());
        self.make(prev_events)
    }

    /// Sends the event if the room allows it.
    ///
    /// # Errors
    /// When the rules deny it in the state before it.
    pub fn send(self) -> Result<Pdu, Denied> {
        let prev_events = self.prev_events.clone().unwrap_or_else(|| self.room.extremities.clone());
        let state = self.room.state_before(&prev_events);
        let selected = self.auth_events.is_none().then(|| self.select_auth_events(&state)).transpose()?;
        let this = Self { auth_events: self.auth_events.clone().or(selected), ..self };
        let (pdu, room) = this.make_in(prev_events);
        check_independent(&pdu, &room.rules, |id| room.get(id))?;
        check_against_state(&pdu, &room.rules, |kind, key| {
            room.get(state.get(&(kind.clone(), key.to_owned()))?)
        })?;
        room.insert(pdu.clone());
        Ok(pdu)
    }

    /// Sends the event.
    ///
    /// # Panics
    /// When the room denies it.
    pub fn valid(self) -> Pdu {
        let name = format!("{} by {}", self.kind, self.sender);
        self.send().unwrap_or_else(|denied| panic!("{name} is denied: {denied}"))
    }

    fn select_auth_events(&self, state: &StateMap<OwnedEventId>) -> Result<Vec<OwnedEventId>, Denied> {
        let content = serde_json::value::to_raw_value(&self.content).map_err(|error| error.to_string())?;
        let sender = OwnedUserId::try_from(self.sender.as_str()).map_err(|error| error.to_string())?;
        let kind = TimelineEventType::from(self.kind.as_str());
        let types = auth_types(&kind, &sender, self.state_key.as_deref(), &content, &self.room.rules)?;
        Ok(types.iter().filter_map(|key| state.get(key).cloned()).collect())
    }

    fn make(self, prev_events: Vec<OwnedEventId>) -> Pdu {
        let state = self.room.state_before(&prev_events);
        let selected = self.select_auth_events(&state).unwrap_or_default();
        let this = Self { auth_events: Some(self.auth_events.clone().unwrap_or(selected)), ..self };
        this.make_in(prev_events).0
    }

    fn make_in(self, prev_events: Vec<OwnedEventId>) -> (Pdu, &'a mut TestRoom) {
        let auth_events = self.auth_events.unwrap_or_default();
        let room = self.room;
        let second = u64::try_from(room.order.len()).expect("few events") * 1000;
        let time = self.time.unwrap_or(START + second);
        let rules = room.rules.clone();
        let mut reference_hashes = BTreeMap::new();
        if rules.event_format.require_event_id {
            for id in prev_events.iter().chain(&auth_events) {
                let hash = room.events[id].reference_hash(&rules).expect("a well-formed event");
                reference_hashes.insert(id.clone(), hash);
            }
        }
        let sender = OwnedUserId::try_from(self.sender).expect("a user id");
        let key = signing_key(sender.server_name());
        let room_id = room.room_id.clone().or_else(|| {
            let named = rules.event_format.require_room_create_room_id;
            named.then(|| format!("!room:{}", sender.server_name()).try_into().expect("a room id"))
        });
        let draft = EventDraft {
            kind: self.kind.into(),
            state_key: self.state_key,
            content: self.content.to_string().into(),
            depth: prev_events.iter().map(|id| room.events[id].depth()).max().unwrap_or(0) + 1,
            prev_events,
            auth_events,
            origin_server_ts: MilliSecondsSinceUnixEpoch(UInt::try_from(time).expect("a time in range")),
            redacts: self.redacts,
            room_id,
            reference_hashes,
            sender,
        };
        let pdu = seal(&draft, &rules, &key).expect("a well-formed draft");
        (pdu, room)
    }
}
