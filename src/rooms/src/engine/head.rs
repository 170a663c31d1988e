//! The head of a room: all that the next event needs to know.

use std::sync::Arc;

use events::{Pdu, auth::PowerLevels};
use ruma::OwnedEventId;
use serde::{Deserialize, Serialize};
use storage::tables;

use crate::{
    RoomError, Rooms,
    cache::Weigh,
    counts::{RoomTally, Tally},
    ids::{EventNum, RoomNum, StateKeyNum},
    room::RoomRef,
    rooms::Inner,
    state::StateRoot,
};

/// How many are in a room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MemberCounts {
    pub(crate) joined: u64,
    pub(crate) invited: u64,
}

/// An event that no other follows.
#[derive(Debug, Clone)]
pub(crate) struct Extremity {
    pub(crate) num: EventNum,
    pub(crate) id: OwnedEventId,
    pub(crate) depth: u64,
    /// The state after it.
    pub(crate) after: StateRoot,
}

/// A state event at hand.
#[derive(Debug, Clone)]
pub(crate) struct KeyEvent {
    pub(crate) num: EventNum,
    pub(crate) pdu: Pdu,
}

/// The head of a room.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) room: RoomRef,
    pub(crate) extremities: Vec<Extremity>,
    /// The current state.
    pub(crate) state: StateRoot,
    pub(crate) tally: RoomTally,
    pub(crate) counts: MemberCounts,
    /// The order of the oldest event of the timeline, 0 or below.
    pub(crate) oldest: i64,
    pub(crate) create: Option<KeyEvent>,
    pub(crate) levels: Option<KeyEvent>,
    pub(crate) join_rules: Option<KeyEvent>,
    /// Who may do what now; `None` while the room has no create event, or when its power levels make no sense.
    pub(crate) power: Option<Arc<PowerLevels>>,
}

/// A row of `EXTREMITIES`. The names are short because it is written with each event.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct HeadRecord {
    /// Forward extremities.
    #[serde(rename = "x")]
    extremities: Vec<u64>,
    /// Root of the current state.
    #[serde(rename = "s")]
    state: [u8; 16],
    /// Running counts of notifying events.
    #[serde(rename = "n")]
    tally: [u64; 4],
    #[serde(rename = "m")]
    counts: (u64, u64),
    #[serde(rename = "o")]
    oldest: i64,
}

impl HeadRecord {
    /// The events that no other follows.
    pub(crate) fn extremities(&self) -> Vec<EventNum> {
        self.extremities.iter().copied().map(EventNum).collect()
    }

    pub(crate) fn state(&self) -> StateRoot {
        StateRoot(self.state)
    }

    pub(crate) fn counts(&self) -> MemberCounts {
        MemberCounts { joined: self.counts.0, invited: self.counts.1 }
    }
}

impl Head {
    /// The head of a room without events.
    pub(crate) fn empty(room: RoomRef) -> Self {
        Self {
            room,
            extremities: Vec::new(),
            state: StateRoot::EMPTY,
            tally: RoomTally::default(),
            counts: MemberCounts::default(),
            oldest: 0,
            create: None,
            levels: None,
            join_rules: None,
            power: None,
        }
    }

    /// Reads the head as it is once everything queued is written.
    pub(crate) fn load(rooms: &Inner, room: RoomRef) -> Result<Self, RoomError> {
        let record = rooms.store.latest_record::<HeadRecord, _>(tables::EXTREMITIES, &room.num.0)?;
        let Some(record) = record else { return Ok(Self::empty(room)) };
        let mut head = Self::empty(room);
        for num in record.extremities.iter().copied().map(EventNum) {
            let event = rooms.events.get(num)?.ok_or(RoomError::Damaged("an extremity is gone"))?;
            head.extremities.push(Extremity {
                num,
                id: event.pdu.owned_event_id().clone(),
                depth: event.meta.depth,
                after: event.meta.after,
            });
        }
        let [notifications, highlights, in_main, highlights_in_main] = record.tally;
        head.tally = RoomTally {
            all: Tally { notifications, highlights },
            main: Tally { notifications: in_main, highlights: highlights_in_main },
        };
        head.state = StateRoot(record.state);
        head.counts = record.counts();
        head.oldest = record.oldest;
        head.read_key_events(|room, root, key| {
            let Some(num) = rooms.state.of(room).get(root, key)? else { return Ok(None) };
            let event = rooms.events.get(num)?.ok_or(RoomError::Damaged("a state event is gone"))?;
            Ok(Some(KeyEvent { num, pdu: event.pdu.clone() }))
        })?;
        Ok(head)
    }

    pub(crate) fn record(&self) -> HeadRecord {
        let RoomTally { all, main } = self.tally;
        HeadRecord {
            extremities: self.extremities.iter().map(|extremity| extremity.num.0).collect(),
            state: self.state.0,
            tally: [all.notifications, all.highlights, main.notifications, main.highlights],
            counts: (self.counts.joined, self.counts.invited),
            oldest: self.oldest,
        }
    }

    /// Reads the events that decide who may do what, after the state has changed.
    pub(crate) fn read_key_events(
        &mut self,
        mut read: impl FnMut(RoomNum, StateRoot, StateKeyNum) -> Result<Option<KeyEvent>, RoomError>,
    ) -> Result<(), RoomError> {
        let (room, root) = (self.room.num, self.state);
        self.create = read(room, root, StateKeyNum::CREATE)?;
        self.levels = read(room, root, StateKeyNum::POWER_LEVELS)?;
        self.join_rules = read(room, root, StateKeyNum::JOIN_RULES)?;
        self.read_power();
        Ok(())
    }

    pub(crate) fn read_power(&mut self) {
        let levels = self.levels.as_ref().map(|event| &event.pdu);
        let read =
            self.create.as_ref().map(|create| PowerLevels::read(&create.pdu, levels, &self.room.rules));
        self.power = read.and_then(Result::ok).map(Arc::new);
    }

    /// The depth of the next event.
    pub(crate) fn next_depth(&self) -> u64 {
        let greatest = self.extremities.iter().map(|extremity| extremity.depth).max().unwrap_or(0);
        // The greatest that canonical JSON can say.
        greatest.saturating_add(1).min((1 << 53) - 1)
    }
}

impl Weigh for Head {
    fn weight(&self) -> u64 {
        let events = [&self.create, &self.levels, &self.join_rules];
        let events: usize = events.into_iter().flatten().map(|event| event.pdu.weight()).sum();
        // Parsed power levels are about as large as their event.
        (size_of::<Self>() + 2 * events + self.extremities.len() * 128) as u64
    }
}

impl Rooms {
    pub(crate) fn member_counts(&self, room: RoomNum) -> Result<MemberCounts, RoomError> {
        let record = self.inner.store.get_record::<HeadRecord, _>(tables::EXTREMITIES, &room.0)?;
        Ok(record.map(|record| record.counts()).unwrap_or_default())
    }
}
