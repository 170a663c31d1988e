//! Who sees which events (client-server API, "Room History Visibility").

mod rules;
mod server;

pub use server::ServerSight;

use crate::{
    EventNum, Membership, RoomError, RoomNum, RoomRef, Rooms, StateKeyNum, StateRoot, StoredEvent, UserNum,
    cache::Weigh,
};
use rules::{Moment, Subject, may_see};
use ruma::events::{TimelineEventType, room::history_visibility::HistoryVisibility};
use serde::Deserialize;
use std::sync::Arc;

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    user: UserNum,
}

impl Viewer {
    /// A user.
    pub fn user(user: UserNum) -> Self {
        Self { user }
    }
}

/// What a viewer has of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// They may see it.
    pub visible: bool,
    /// Their membership at it; `None` if they never were in the room.
    pub membership: Option<Membership>,
    /// It has no content for them: its sender asked to be forgotten, and they were not there when it was sent.
    pub erased: bool,
}

/// A walk over events of one room with the eyes of one user. Cheap to make; remembers the states it met last, so that
/// a stretch of events between two changes of the state costs one comparison each.
pub struct Sight<'a> {
    rooms: &'a Rooms,
    room: RoomRef,
    viewer: Viewer,
    /// The viewer's place in the room's state; asked for once.
    #[expect(clippy::option_option, reason = "not asked yet, or asked and there is none")]
    member_key: Option<Option<StateKeyNum>>,
    /// Moments by the root of their state, the one used last first.
    known: [Option<(StateRoot, Moment)>; 2],
    /// The order of the last event at which the viewer was in the room; asked for once.
    in_room_until: Option<i64>,
}

impl Rooms {
    /// Begins to look at a room.
    pub fn sight(&self, room: &RoomRef, viewer: Viewer) -> Sight<'_> {
        Sight {
            rooms: self,
            room: Arc::clone(room),
            viewer,
            member_key: None,
            known: [None, None],
            in_room_until: None,
        }
    }

    /// Whether the user may see one event. For more events of a room use [`Rooms::sight`].
    pub fn visible_to(&self, user: UserNum, event: &StoredEvent) -> Result<bool, RoomError> {
        let Some(room) = self.room_by_num(event.meta.room)? else { return Ok(false) };
        Ok(self.sight(&room, Viewer::user(user)).of(event)?.visible)
    }

    /// Whether the user may read anything of the room's history: who is or was in it and has not forgotten it may, and
    /// everybody if it is readable by the world. What exactly is for [`Rooms::sight`] to say.
    pub fn may_read(&self, room: &RoomRef, user: UserNum) -> Result<bool, RoomError> {
        if self.history_visibility(room.num)? == HistoryVisibility::WorldReadable {
            return Ok(true);
        }
        if self.is_forgotten(room.num, user)? {
            return Ok(false);
        }
        Ok(self.sight(room, Viewer::user(user)).in_room_until()? > i64::MIN)
    }

    /// The room's history visibility now.
    pub fn history_visibility(&self, room: RoomNum) -> Result<HistoryVisibility, RoomError> {
        self.visibility_at(room, self.current_root(room)?)
    }

    fn visibility_at(&self, room: RoomNum, root: StateRoot) -> Result<HistoryVisibility, RoomError> {
        let setting = self.inner.views.settings.get_or_insert_with(&(room, root), || {
            let event = self.state_get(room, root, StateKeyNum::HISTORY_VISIBILITY)?;
            let event = event.map(|event| self.known_event(event)).transpose()?;
            Ok::<_, RoomError>(Setting(
                event.map_or(HistoryVisibility::Shared, |event| visibility_of(&event)),
            ))
        })?;
        Ok(setting.0)
    }
}

/// A history visibility as it is cached.
#[derive(Clone, Debug)]
pub(crate) struct Setting(HistoryVisibility);

impl Weigh for Setting {
    fn weight(&self) -> u64 {
        size_of::<Self>() as u64
    }
}

fn visibility_of(event: &StoredEvent) -> HistoryVisibility {
    #[derive(Deserialize)]
    struct Content {
        history_visibility: HistoryVisibility,
    }
    match event.pdu.content_as::<Content>().map(|content| content.history_visibility) {
        Ok(
            known @ (HistoryVisibility::Invited
            | HistoryVisibility::Joined
            | HistoryVisibility::Shared
            | HistoryVisibility::WorldReadable),
        ) => known,
        _ => HistoryVisibility::Shared,
    }
}

impl Sight<'_> {
    /// What the viewer has of `event`, which is of this room.
    pub fn of(&mut self, event: &StoredEvent) -> Result<Seen, RoomError> {
        let flags = event.meta.flags;
        if event.meta.room != self.room.num || flags.outlier || flags.rejected || flags.soft_failed {
            return Ok(Seen { visible: false, membership: None, erased: false });
        }
        let after = self.moment(event.meta.after)?;
        let membership = after.membership;
        let subject = self.subject(event)?;
        let before = if subject == Subject::Other { after.clone() } else { self.moment(event.meta.before)? };
        let shared = |moment: &Moment| moment.visibility == HistoryVisibility::Shared;
        // Only asked when it decides.
        let later = membership != Some(Membership::Join)
            && (shared(&after) || shared(&before))
            && event.meta.order < self.in_room_until()?;
        let visible = may_see(subject, &before, &after, later);
        let erased = membership != Some(Membership::Join) && self.rooms.has_erased(event);
        Ok(Seen { visible, membership, erased })
    }

    fn subject(&mut self, event: &StoredEvent) -> Result<Subject, RoomError> {
        Ok(match event.meta.state_key {
            Some(StateKeyNum::HISTORY_VISIBILITY) => Subject::Visibility,
            Some(key)
                if event.pdu.kind() == &TimelineEventType::RoomMember
                    && Some(key) == self.member_key()? =>
            {
                Subject::OwnMembership
            }
            _ => Subject::Other,
        })
    }

    fn member_key(&mut self) -> Result<Option<StateKeyNum>, RoomError> {
        if let Some(key) = self.member_key {
            return Ok(key);
        }
        let key = self.rooms.ids().member_key_of(self.viewer.user)?;
        self.member_key = Some(key);
        Ok(key)
    }

    fn moment(&mut self, root: StateRoot) -> Result<Moment, RoomError> {
        if let Some((_, moment)) = self.known.iter().flatten().find(|(known, _)| *known == root) {
            return Ok(moment.clone());
        }
        let room = self.room.num;
        let visibility = self.rooms.visibility_at(room, root)?;
        let membership = match self.member_key()? {
            Some(key) => match self.rooms.state_get(room, root, key)? {
                Some(event) => self.membership_in(event)?,
                None => None,
            },
            None => None,
        };
        let moment = Moment { visibility, membership };
        self.known.swap(0, 1);
        self.known[0] = Some((root, moment.clone()));
        Ok(moment)
    }

    /// What a member event says. Most often it is the one that still holds, which is in memory.
    fn membership_in(&self, event: EventNum) -> Result<Option<Membership>, RoomError> {
        let now = self.rooms.rooms_of(self.viewer.user)?;
        if let Some(info) = now.get(self.room.num).filter(|info| info.event == event) {
            return Ok(Some(info.state));
        }
        let event = self.rooms.known_event(event)?;
        Ok(Membership::of_content(event.pdu.content_json()))
    }

    /// Up to which order the viewer was in the room: for ever if they are, never (the least order) if they never were.
    fn in_room_until(&mut self) -> Result<i64, RoomError> {
        /// Membership changes looked back on: leaving may be followed by invites, bans and refusals.
        const MAX_STEPS: usize = 64;
        if let Some(until) = self.in_room_until {
            return Ok(until);
        }
        let mut until = i64::MIN;
        let mut next =
            self.rooms.membership(self.room.num, self.viewer.user)?.map(|info| (info.state, info.event));
        for step in 0..MAX_STEPS {
            let Some((state, event)) = next else { break };
            if state == Membership::Join {
                // In it now, or in it until the event of the step before.
                until = if step == 0 { i64::MAX } else { until };
                self.in_room_until = Some(until);
                return Ok(until);
            }
            let event = self.rooms.known_event(event)?;
            next = if event.meta.flags.outlier {
                // Told while this server was not in the room: what the room says itself comes before it.
                self.membership_in_room(event.num)?
            } else {
                until = event.meta.order;
                self.previous_membership(&event)?
            };
        }
        self.in_room_until = Some(i64::MIN);
        Ok(i64::MIN)
    }

    /// The membership by the room's state as it is here, if that is another event than this one.
    fn membership_in_room(&mut self, told: EventNum) -> Result<Option<(Membership, EventNum)>, RoomError> {
        let Some(key) = self.member_key()? else { return Ok(None) };
        let held = self.rooms.current_state_event(self.room.num, key)?.filter(|event| *event != told);
        let Some(event) = held else { return Ok(None) };
        Ok(self.membership_in(event)?.map(|membership| (membership, event)))
    }

    fn previous_membership(
        &mut self,
        event: &StoredEvent,
    ) -> Result<Option<(Membership, EventNum)>, RoomError> {
        let Some(key) = self.member_key()? else { return Ok(None) };
        let Some(before) = self.rooms.state_get(self.room.num, event.meta.before, key)? else {
            return Ok(None);
        };
        Ok(self.membership_in(before)?.map(|membership| (membership, before)))
    }
}
