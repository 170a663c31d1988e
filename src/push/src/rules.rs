//! A person changed their push rules: their unread counts change with them.

use crate::{Push, PushError, judge::Case};
use rooms::{RoomRef, UserNum, counts::CountMode};

/// Unread events that are judged again in each room, the newest ones.
const LOOK_BACK: usize = 100;

impl Push {
    /// Brings the counts of all the person's rooms in line with their rules.
    pub(crate) async fn judge_again(&self, user: UserNum) -> Result<(), PushError> {
        let mode =
            if self.users.push_rules.is_custom(user)? { CountMode::OwnRules } else { CountMode::AsEveryone };
        for room in self.rooms.joined_rooms(user)? {
            let Some(room) = self.rooms.room_by_num(room)? else { continue };
            let unread = self.rooms.notification_counts(user, room.num)?.total().notifications;
            let changed = self.set_mode(user, &room, mode).await?;
            if changed && unread > 0 && mode == CountMode::OwnRules {
                self.judge_unread(user, &room).await?;
            }
        }
        Ok(())
    }

    async fn judge_unread(&self, user: UserNum, room: &RoomRef) -> Result<(), PushError> {
        let page = self.rooms.timeline(room.num, None, rooms::Direction::Backward, LOOK_BACK)?;
        for (_, num) in page.events.into_iter().rev() {
            let Some(event) = self.rooms.event(num)? else { continue };
            if event.meta.sender == user {
                continue;
            }
            let case = Case::of(&self.rooms, room, &event)?;
            self.judge_for(&case, user).await?;
        }
        Ok(())
    }
}
