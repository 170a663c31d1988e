//! Whether a room on disk agrees with itself; for tests, and for operators who doubt their disk.

use storage::tables;

use super::head::HeadRecord;
use crate::{
    Membership, RoomError, Rooms, StateRoot,
    ids::{EventNum, RoomNum, StateKeyNum, types},
};

impl Rooms {
    /// Looks at all of a room: every event of the timeline with its state, the current state in all its forms, and the
    /// memberships. Says what contradicts; nothing in a whole room. Reads everything, so it is slow. The room must not
    /// change meanwhile.
    pub fn contradictions(&self, room: RoomNum) -> Result<Vec<String>, RoomError> {
        let mut found = Vec::new();
        self.check_timeline(room, &mut found)?;
        let root = self.check_current(room, &mut found)?;
        self.check_members(room, root, &mut found)?;
        Ok(found)
    }

    fn check_timeline(&self, room: RoomNum, found: &mut Vec<String>) -> Result<(), RoomError> {
        for row in self.inner.store.scan_prefix(tables::TIMELINE, &room.0) {
            let ((_, order), num) = row?;
            let Some(event) = self.event(EventNum(num))? else {
                found.push(format!("event {num} at {order} is gone"));
                continue;
            };
            if event.meta.order != order || event.meta.room != room {
                found.push(format!("event {num} is at {order} and says {}", event.meta.order));
            }
            if self.inner.ids.find_event(event.event_id())? != Some(event.num) {
                found.push(format!("event {num} has lost its name"));
            }
            let after =
                event.meta.state_key.map(|key| self.state_get(room, event.meta.after, key)).transpose()?;
            if after.is_some_and(|after| after != Some(event.num)) {
                found.push(format!("event {num} is not in the state after it"));
            }
        }
        Ok(())
    }

    /// Rows, tree, log and head tell the same.
    fn check_current(&self, room: RoomNum, found: &mut Vec<String>) -> Result<StateRoot, RoomError> {
        let head =
            self.inner.store.get_record::<HeadRecord, _>(tables::EXTREMITIES, &room.0)?.unwrap_or_default();
        let root = head.state();
        if self.state_root_at(room, storage::Position(u64::MAX))? != root {
            found.push("the log of states ends with another state than the room has".to_owned());
        }
        let rows = self.inner.store.scan_prefix(tables::CURRENT_STATE, &room.0);
        let rows: Vec<_> = rows
            .map(|row| row.map(|((_, key), event)| (StateKeyNum(key), EventNum(event))))
            .collect::<Result<_, _>>()?;
        if rows != self.state_entries(room, root)? {
            found.push("the rows of the current state are not those of its tree".to_owned());
        }
        Ok(root)
    }

    fn check_members(
        &self,
        room: RoomNum,
        root: StateRoot,
        found: &mut Vec<String>,
    ) -> Result<(), RoomError> {
        let mut joined = 0;
        for (key, num) in self.state_entries(room, root)? {
            if key.event_type() != types::MEMBER {
                continue;
            }
            let event = self.known_event(num)?;
            let user = event.pdu.state_key().and_then(|key| ruma::UserId::parse(key).ok());
            let info = user.map(|user| self.membership_of(room, &user)).transpose()?.flatten();
            let state = Membership::of_content(event.pdu.content_json());
            if info.map(|info| (Some(info.state), info.event)) != Some((state, num)) {
                found.push(format!("the membership of event {} is not that of the table", num.0));
            }
            joined += u64::from(state == Some(Membership::Join));
        }
        if joined != self.joined_count(room)? {
            found.push(format!("{joined} are joined, and {} are counted", self.joined_count(room)?));
        }
        Ok(())
    }
}
