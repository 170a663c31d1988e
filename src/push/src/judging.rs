//! What an event is to the people of its room: whom it highlights for, and whose pushers bring it.

use crate::{
    Push, PushError,
    audience::Audiences,
    candidates::candidates,
    judge::{Case, judgement},
    sending::Outbox,
};
use rooms::{Membership, RoomNum, RoomRef, StoredEvent, UserNum, counts::CountMode, order_of};
use ruma::{UserId, events::TimelineEventType, push::Action};
use std::collections::BTreeSet;
use storage::{Commit, Durability};

impl Push {
    /// Judges an event for everyone whom it may concern in particular, and for everyone with pushers.
    pub(crate) async fn judge(
        &self,
        audiences: &mut Audiences,
        outbox: &mut Outbox,
        event: &StoredEvent,
    ) -> Result<(), PushError> {
        let Some(room) = self.rooms.room_by_num(event.meta.room)? else { return Ok(()) };
        let (candidates, mut pushed) = audiences.with(event.meta.room, |audience| {
            Ok((candidates(&self.rooms, audience, event)?, audience.pushed.clone()))
        })?;
        pushed.remove(&event.meta.sender);
        let invited = self.invited(event)?;
        if candidates.is_empty() && pushed.is_empty() && invited.is_none() {
            return Ok(());
        }
        let case = Case::of(&self.rooms, &room, event)?;
        for user in &candidates {
            let actions = self.judge_for(&case, *user).await?;
            if pushed.remove(user) {
                self.push(outbox, &case, *user, &actions)?;
            }
        }
        if let Some(user) = invited {
            let actions = self.actions(&case, user).await?;
            self.push(outbox, &case, user, &actions)?;
        }
        self.push_to_others(outbox, &case, pushed).await
    }

    /// Pushes an event to those whose rules are as everyone's and whom it does not name: it is the same to all of them.
    async fn push_to_others(
        &self,
        outbox: &mut Outbox,
        case: &Case<'_>,
        pushed: BTreeSet<UserNum>,
    ) -> Result<(), PushError> {
        let Some(one) = pushed.first() else { return Ok(()) };
        let rules = self.users.push_rules.of(*one)?;
        let actions = case.actions(*one, &rules).await?;
        for user in pushed {
            if !self.users.account_data.ignored(user)?.contains(case.event.pdu.sender()) {
                self.push(outbox, case, user, actions)?;
            }
        }
        Ok(())
    }

    /// Somebody was asked into a room that this server is not in: that is in no timeline.
    pub(crate) async fn judge_invite(
        &self,
        outbox: &mut Outbox,
        room: RoomNum,
        user: UserNum,
    ) -> Result<(), PushError> {
        if self.sender.is_none() || !self.people.has(user) {
            return Ok(());
        }
        let invite = self.rooms.membership(room, user)?.filter(|info| info.state == Membership::Invite);
        let Some(invite) = invite else { return Ok(()) };
        if !self.rooms.is_outside(room, &self.rooms.ids().user_id(user)?)? {
            return Ok(());
        }
        let (Some(event), Some(room)) = (self.rooms.event(invite.event)?, self.rooms.room_by_num(room)?)
        else {
            return Ok(());
        };
        let case = Case::of_outside(&self.rooms, &room, &event)?;
        let actions = self.actions(&case, user).await?;
        if let Some(sender) = &self.sender
            && judgement(&actions).notify
        {
            sender.notify(outbox, user, (event.num, order_of(invite.position)), &actions)?;
        }
        Ok(())
    }

    /// Who is asked into the room by an event, if they have pushers.
    fn invited(&self, event: &StoredEvent) -> Result<Option<UserNum>, PushError> {
        if self.sender.is_none()
            || *event.pdu.kind() != TimelineEventType::RoomMember
            || Membership::of_event(&event.pdu) != Some(Membership::Invite)
        {
            return Ok(None);
        }
        let Some(id) = event.pdu.state_key().and_then(|key| <&UserId>::try_from(key).ok()) else {
            return Ok(None);
        };
        Ok(self.rooms.ids().find_user(id)?.filter(|user| self.people.has(*user)))
    }

    /// Has an event wait for the pushers of somebody whom it notifies.
    fn push(
        &self,
        outbox: &mut Outbox,
        case: &Case<'_>,
        user: UserNum,
        actions: &[Action],
    ) -> Result<(), PushError> {
        match &self.sender {
            Some(sender) if judgement(actions).notify => {
                sender.notify(outbox, user, (case.event.num, case.event.meta.order), actions)
            }
            _ => Ok(()),
        }
    }

    /// What the rules of a person have done about an event; nothing, if they ignore its sender.
    async fn actions(&self, case: &Case<'_>, user: UserNum) -> Result<Vec<Action>, PushError> {
        if self.users.account_data.ignored(user)?.contains(case.event.pdu.sender()) {
            return Ok(Vec::new());
        }
        let rules = self.users.push_rules.of(user)?;
        Ok(case.actions(user, &rules).await?.to_vec())
    }

    /// Counts an event for somebody whom it may concern in particular. What their rules have done about it.
    pub(crate) async fn judge_for(&self, case: &Case<'_>, user: UserNum) -> Result<Vec<Action>, PushError> {
        let mode =
            if self.users.push_rules.is_custom(user)? { CountMode::OwnRules } else { CountMode::AsEveryone };
        self.set_mode(user, case.room, mode).await?;
        let actions = self.actions(case, user).await?;
        let judgement = judgement(&actions);
        if judgement.notify || judgement.highlight {
            let mut commit = Commit::new(Durability::Lazy);
            if self.rooms.add_highlight(&mut commit, user, case.event, judgement)? {
                self.store.commit(commit).await?;
            }
        }
        Ok(actions)
    }

    /// How the user's unread events are counted in a room from now on, if it was otherwise.
    pub(crate) async fn set_mode(
        &self,
        user: UserNum,
        room: &RoomRef,
        mode: CountMode,
    ) -> Result<bool, PushError> {
        if self.rooms.count_mode(user, room.num)? == mode {
            return Ok(false);
        }
        let mut commit = Commit::new(Durability::Lazy);
        self.rooms.set_count_mode(&mut commit, user, room.num, mode);
        self.store.commit(commit).await?;
        Ok(true)
    }
}
