//! What follows from a change of a room's current state: the current-state rows, memberships, and counts.

use storage::{Position, tables};

use super::{Append, head::KeyEvent};
use crate::{
    RoomError,
    ids::{EventNum, StateKeyNum, UserNum, types},
    members::{Membership, MembershipInfo},
    state::{StateChange, StateRoot},
    topics,
};

impl Append<'_> {
    /// The current state becomes `current`, by one event that was put at one place.
    pub(super) fn follow_one(
        &mut self,
        key: StateKeyNum,
        num: EventNum,
        current: StateRoot,
        offset: u32,
    ) -> Result<(), RoomError> {
        let before = crate::state::get(&self.nodes, self.head.state, key)?;
        self.follow_changes(&[StateChange { key, before, after: Some(num) }], current, offset)
    }

    /// The current state becomes `current`.
    pub(super) fn follow(&mut self, current: StateRoot, offset: u32) -> Result<(), RoomError> {
        let changes = crate::state::diff(&self.nodes, self.head.state, current)?;
        self.follow_changes(&changes, current, offset)
    }

    fn follow_changes(
        &mut self,
        changes: &[StateChange],
        current: StateRoot,
        offset: u32,
    ) -> Result<(), RoomError> {
        let room = self.head.room.num.0;
        let mut power_changed = false;
        for change in changes {
            match change.after {
                Some(event) => self.commit.put(tables::CURRENT_STATE, &(room, change.key.0), &event.0),
                None => self.commit.delete(tables::CURRENT_STATE, &(room, change.key.0)),
            }
            if change.key.event_type() == types::MEMBER {
                self.follow_member(change, offset)?;
            }
            power_changed |= self.follow_key_event(change)?;
        }
        self.head.state = current;
        self.deferred.roots.push((offset, current));
        if power_changed {
            self.head.read_power();
        }
        Ok(())
    }

    /// Keeps the events that the head has at hand. Whether they decide who has which power.
    fn follow_key_event(&mut self, change: &StateChange) -> Result<bool, RoomError> {
        let wanted = [StateKeyNum::CREATE, StateKeyNum::POWER_LEVELS, StateKeyNum::JOIN_RULES];
        if !wanted.contains(&change.key) {
            return Ok(false);
        }
        let event = change.after.map(|num| Ok::<_, RoomError>(KeyEvent { num, pdu: self.event(num)? }));
        let event = event.transpose()?;
        match change.key {
            StateKeyNum::CREATE => self.head.create = event,
            StateKeyNum::POWER_LEVELS => self.head.levels = event,
            _ => self.head.join_rules = event,
        }
        Ok(change.key != StateKeyNum::JOIN_RULES)
    }

    fn follow_member(&mut self, change: &StateChange, offset: u32) -> Result<(), RoomError> {
        let before = change.before.map(|num| self.membership_by(num)).transpose()?.flatten();
        let after = change.after.map(|num| self.membership_by(num)).transpose()?.flatten();
        self.head.counts.joined = counted(self.head.counts.joined, Membership::Join, before, after);
        self.head.counts.invited = counted(self.head.counts.invited, Membership::Invite, before, after);
        let Some(event) = change.after.or(change.before) else { return Ok(()) };
        let ids = &self.rooms.inner.ids;
        let pdu = self.event(event)?;
        // Member events whose state key is no user id never pass the rules.
        let Some(user) = pdu.state_key().and_then(|key| ruma::UserId::parse(key).ok()) else { return Ok(()) };
        let (was, is) = (before == Some(Membership::Join), after == Some(Membership::Join));
        if was != is {
            *self.deferred.servers.entry(user.server_name().to_owned()).or_default() +=
                if is { 1 } else { -1 };
        }
        let local = self.rooms.is_local(&user);
        let user = ids.user(&user)?;
        // Who state resolution took out of the state is out of the room.
        let state = after.unwrap_or(Membership::Leave);
        let sender = ids.user(pdu.sender())?;
        let info = MembershipInfo { state, event, position: Position::ZERO, sender };
        self.deferred.members.push((offset, user, info));
        if !local {
            return Ok(());
        }
        self.commit.topic(topics::user(user));
        self.drop_invite_state(user, state)?;
        self.unforget(user, before, state)
    }

    /// Whoever comes back into a room that they forgot remembers it.
    fn unforget(
        &mut self,
        user: UserNum,
        before: Option<Membership>,
        now: Membership,
    ) -> Result<(), RoomError> {
        if before != Some(now) && matches!(now, Membership::Join | Membership::Invite | Membership::Knock) {
            self.rooms.remember(user, self.head.room.num, &mut self.commit)?;
        }
        Ok(())
    }

    /// Writes how many of its people each server has in the room, where that changes.
    pub(super) fn put_servers(&mut self) -> Result<(), RoomError> {
        for (server, more) in std::mem::take(&mut self.deferred.servers) {
            let key = (self.head.room.num.0, String::from(server));
            let before = self.rooms.inner.store.latest(tables::ROOM_SERVERS, &key)?.unwrap_or(0);
            let count = before.saturating_add_signed(more);
            if count == 0 {
                self.commit.delete(tables::ROOM_SERVERS, &key);
            } else if count != before {
                self.commit.put(tables::ROOM_SERVERS, &key, &count);
            }
        }
        Ok(())
    }

    fn membership_by(&self, event: EventNum) -> Result<Option<Membership>, RoomError> {
        Ok(Membership::of_content(self.event(event)?.content_json()))
    }
}

fn counted(count: u64, what: Membership, before: Option<Membership>, after: Option<Membership>) -> u64 {
    let (was, is) = (before == Some(what), after == Some(what));
    count.saturating_sub(u64::from(was)).saturating_add(u64::from(is))
}
