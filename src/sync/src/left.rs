//! Rooms that the user is not in: left, banned from, invited to, asking to enter (spec `LeftRoom`, `InvitedRoom`,
//! `KnockedRoom`).

use crate::{
    SyncError,
    delta::Stretch,
    event::project,
    joined::{Reading, RoomEvents},
    request::StateAfter,
};
use rooms::{Membership, MembershipInfo, RoomNum, RoomRef, StateRoot, json::ObjectWriter};
use std::sync::Arc;
use storage::Position;

impl Reading<'_> {
    /// A room that the user left or was put out of: the end of what they may see.
    pub(crate) fn left(
        &self,
        rooms: &mut ObjectWriter<'_>,
        num: RoomNum,
        info: &MembershipInfo,
        account_data: &[Vec<u8>],
    ) -> Result<(), SyncError> {
        let first = self.since == Position(0);
        if first && !self.filter.include_leave && !self.full_state {
            return Ok(());
        }
        let Some(room) = self.inner.rooms.room_by_num(num)? else { return Ok(()) };
        if !self.filter.rooms.takes(&room.id) {
            return Ok(());
        }
        let upto = info.position.min(self.upto);
        let limit = self.timeline_limit(first);
        let mut stretch = Stretch { room: num, after: self.since, upto, limit };
        let known = if self.had_left(num, upto)? {
            // Never inside in this stretch (a declined invite, an unban): the event itself, and nothing of the room.
            stretch.after = Position(upto.0.saturating_sub(1));
            None
        } else {
            let delta = self.inner.delta(stretch, &self.filter.timeline)?;
            let joined = !first && self.was_joined(num, &delta)?;
            if !joined {
                stretch.after = Position(0);
                stretch.limit = self.timeline_limit(true);
            }
            Some(if joined && !self.full_state { delta.known } else { StateRoot::EMPTY })
        };
        let delta = self.inner.delta(stretch, &self.filter.timeline)?;
        let mut events = self.room_events(&room, &delta, known.unwrap_or(delta.after), None)?;
        if known.is_none() {
            self.add_leaving(&room, info, &mut events)?;
            // The event itself, which counts as state in the timeline only where there is no `state_after`.
            let counted = self.state_after == StateAfter::No;
            events.state = if counted { Vec::new() } else { events.timeline.to_vec() };
        }
        let mut object = ObjectWriter::start(rooms.key(room.id.as_str()));
        self.write_events(&mut object, &events);
        crate::joined::write_section(&mut object, "account_data", account_data);
        object.end();
        Ok(())
    }

    /// Adds the event by which the user is out of a room that this server was not in: it is in no timeline.
    fn add_leaving(
        &self,
        room: &RoomRef,
        info: &MembershipInfo,
        events: &mut RoomEvents,
    ) -> Result<(), SyncError> {
        let Some(event) = self.inner.rooms.event(info.event)? else { return Ok(()) };
        let leaves = Membership::of_event(&event.pdu) == Some(info.state);
        if leaves && event.meta.flags.outlier && events.timeline.is_empty() {
            events.timeline = Arc::new(vec![project(self.filter, self.view(room).json(&event)?)]);
        }
        Ok(())
    }

    /// Whether the user was outside already when they left for the last time.
    fn had_left(&self, room: RoomNum, left_at: Position) -> Result<bool, SyncError> {
        let before = Position(left_at.0.saturating_sub(1));
        let root = self.inner.rooms.state_root_at(room, before)?;
        Ok(self.membership_in(room, root)? != Some(Membership::Join))
    }

    /// A room that the user is invited to (`invite_state`) or asks to enter (`knock_state`).
    pub(crate) fn outside(
        &self,
        rooms: &mut ObjectWriter<'_>,
        num: RoomNum,
        info: &MembershipInfo,
        section: &str,
    ) -> Result<(), SyncError> {
        let Some(room) = self.inner.rooms.room_by_num(num)? else { return Ok(()) };
        let Some(event) = self.inner.rooms.event(info.event)? else { return Ok(()) };
        if !self.filter.rooms.takes(&room.id) || self.ignored.contains(event.pdu.sender()) {
            return Ok(());
        }
        let mut object = ObjectWriter::start(rooms.key(room.id.as_str()));
        let mut state = ObjectWriter::start(object.key(section));
        self.inner.rooms.write_stripped_state(state.key("events"), &event)?;
        state.end();
        object.end();
        Ok(())
    }
}
