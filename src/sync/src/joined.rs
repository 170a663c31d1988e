//! A room that the user is in (spec `JoinedRoom`).

use crate::{
    Inner, SyncError, SyncFilter,
    delta::{Delta, Stretch},
    event::{passes, project},
    request::StateAfter,
    timeline::Texts,
};
use rooms::{
    ClientView, EventNum, Membership, RoomNum, RoomRef, StateKeyNum, StateRoot, StoredEvent, ViewOptions,
    ids::types,
    json::{ObjectWriter, write_array},
};
use ruma::OwnedUserId;
use std::{collections::HashSet, sync::Arc};
use storage::Position;
use users::Identity;

/// What the answers for all rooms of one response have in common.
pub(crate) struct Reading<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) caller: &'a Identity,
    pub(crate) filter: &'a SyncFilter,
    pub(crate) ignored: &'a HashSet<OwnedUserId>,
    pub(crate) state_after: StateAfter,
    pub(crate) full_state: bool,
    /// Whether something of the user's own may have changed: what only they see needs no look otherwise.
    pub(crate) own_news: bool,
    /// What the client knows; 0 for nothing.
    pub(crate) since: Position,
    pub(crate) upto: Position,
}

/// Timeline and state of a room, as one client gets them.
#[derive(Default)]
pub(crate) struct RoomEvents {
    pub(crate) timeline: Texts,
    pub(crate) limited: bool,
    pub(crate) prev_batch: i64,
    pub(crate) state: Vec<Vec<u8>>,
    /// Whether memberships changed, so that the summary did too.
    pub(crate) members_changed: bool,
}

impl<'a> Reading<'a> {
    pub(crate) fn view(&self, room: &RoomRef) -> ClientView<'a> {
        let options = ViewOptions {
            user: self.caller.user,
            device: Some(self.caller.device),
            ignored: Some(self.ignored),
            room_id: false,
            aggregations: true,
        };
        self.inner.rooms.client_view(room, options)
    }

    /// Whether the user was in the room where the client last looked.
    pub(crate) fn was_joined(&self, room: RoomNum, delta: &Delta) -> Result<bool, SyncError> {
        Ok(self.membership_in(room, delta.known)? == Some(Membership::Join))
    }

    pub(crate) fn membership_in(
        &self,
        room: RoomNum,
        root: StateRoot,
    ) -> Result<Option<Membership>, SyncError> {
        let rooms = &self.inner.rooms;
        let Some(key) = rooms.ids().member_key_of(self.caller.user)? else {
            return Ok(None);
        };
        let event = rooms.state_get(room, root, key)?.map(|num| rooms.event(num)).transpose()?.flatten();
        Ok(event.and_then(|event| Membership::of_event(&event.pdu)))
    }

    /// Reads timeline and state of a stretch. `known` is the state that the client has; `joined`, since when the user has been
    /// in the room, if they are.
    pub(crate) fn room_events(
        &self,
        room: &RoomRef,
        delta: &Delta,
        known: StateRoot,
        joined: Option<Position>,
    ) -> Result<RoomEvents, SyncError> {
        let mut view = self.view(room);
        let timeline = self.timeline(&mut view, delta, joined)?;
        let target = if self.state_after == StateAfter::No { delta.before } else { delta.after };
        let state = self.state(room, delta, known, target, &mut view)?;
        let members_changed = state.iter().any(|event| is_member(event))
            || delta.timeline.iter().any(|(_, event)| is_member(event));
        let state = state
            .iter()
            .filter(|event| passes(event, &self.filter.state))
            .map(|event| Ok(project(self.filter, view.json(event)?)))
            .collect::<Result<_, SyncError>>()?;
        Ok(RoomEvents {
            timeline,
            limited: delta.limited,
            prev_batch: delta.prev_batch,
            state,
            members_changed,
        })
    }

    /// The state events that take a client from `known` to `target`, and with lazy loading the members who speak.
    fn state(
        &self,
        room: &RoomRef,
        delta: &Delta,
        known: StateRoot,
        target: StateRoot,
        view: &mut ClientView<'_>,
    ) -> Result<Vec<Arc<StoredEvent>>, SyncError> {
        if self.filter.state.takes_none() || !self.filter.state.takes_room(&room.id) {
            return Ok(Vec::new());
        }
        let lazy = self.filter.lazy_members;
        let mut nums = if known == target {
            Vec::new()
        } else if known == StateRoot::EMPTY && lazy {
            self.inner.rooms.state_without_members(room.num, target)?
        } else {
            let changes = self.inner.rooms.state_diff(room.num, known, target)?;
            changes.into_iter().filter_map(|change| change.after.map(|new| (change.key, new))).collect()
        };
        if lazy {
            let speakers = self.speakers(view, delta)?;
            self.add_speakers(room, delta, target, &speakers, known == StateRoot::EMPTY, &mut nums)?;
        }
        if self.state_after != StateAfter::No || nums.is_empty() {
            // What the timeline shows already may still be needed: only the state says what won.
            return self.events(nums);
        }
        let shown: HashSet<EventNum> = delta.timeline.iter().map(|(_, event)| event.num).collect();
        nums.retain(|(_, num)| !shown.contains(num));
        self.events(nums)
    }

    fn events(&self, nums: Vec<(StateKeyNum, EventNum)>) -> Result<Vec<Arc<StoredEvent>>, SyncError> {
        let nums: Vec<_> = nums.into_iter().map(|(_, num)| num).collect();
        Ok(self.inner.rooms.events(&nums)?)
    }

    /// Adds the members who sent something in the timeline and whom the device does not know; in a room that is new to
    /// it, the user as well.
    fn add_speakers(
        &self,
        room: &RoomRef,
        delta: &Delta,
        target: StateRoot,
        senders: &HashSet<OwnedUserId>,
        new: bool,
        nums: &mut Vec<(StateKeyNum, EventNum)>,
    ) -> Result<(), SyncError> {
        let inner = self.inner;
        let there: HashSet<EventNum> = nums.iter().map(|(_, num)| *num).collect();
        let own = new.then_some(&self.caller.user_id);
        let mut added = Vec::new();
        for user in senders.iter().chain(own.filter(|own| !senders.contains(*own))) {
            let Some(key) = inner.rooms.ids().find_member_key(user)? else {
                continue;
            };
            let Some(num) = inner.rooms.state_get(room.num, target, key)? else { continue };
            let sent = !self.filter.redundant_members
                && !new
                && inner.sent_members.knows(self.caller.device, room.num, num, self.since);
            // Only before the timeline can its events be left out: what comes after it is all that counts as state.
            let in_timeline = self.state_after == StateAfter::No
                && delta.timeline.iter().any(|(_, event)| event.num == num);
            if !there.contains(&num) && !sent && !in_timeline {
                nums.push((key, num));
            }
            added.push(num);
        }
        inner.sent_members.note(self.caller.device, room.num, &added, self.upto);
        Ok(())
    }

    /// Writes the room under its id, unless there is nothing new about it.
    pub(crate) fn joined(
        &self,
        rooms: &mut ObjectWriter<'_>,
        num: RoomNum,
        since_membership: Position,
        personal: bool,
        account_data: &[Vec<u8>],
    ) -> Result<(), SyncError> {
        let Some(room) = self.inner.rooms.room_by_num(num)? else { return Ok(()) };
        if !self.filter.rooms.takes(&room.id) {
            return Ok(());
        }
        let limit = self.timeline_limit(self.since == Position(0));
        let mut stretch = Stretch { room: num, after: self.since, upto: self.upto, limit };
        let mut delta = self.inner.delta(stretch, &self.filter.timeline)?;
        let new =
            self.since == Position(0) || (since_membership > self.since && !self.was_joined(num, &delta)?);
        // Of a room that was there when the client last looked it may hold an older timeline, to which this one is no sequel.
        let gap = new && delta.known != StateRoot::EMPTY;
        if new && self.since != Position(0) {
            stretch.after = Position(0);
            stretch.limit = self.timeline_limit(true);
            delta = self.inner.delta(stretch, &self.filter.timeline)?;
        }
        let known = if new || self.full_state { StateRoot::EMPTY } else { delta.known };
        let mut events = self.room_events(&room, &delta, known, Some(since_membership))?;
        events.limited |= gap;
        let ephemeral = self.ephemeral(&room, &delta, new)?;
        let whole = new || self.full_state;
        let quiet = events.timeline.is_empty() && events.state.is_empty() && !events.limited;
        if quiet && !whole && !personal && ephemeral.is_empty() && account_data.is_empty() {
            return Ok(());
        }
        let mut object = ObjectWriter::start(rooms.key(room.id.as_str()));
        self.write_events(&mut object, &events);
        // Clients look for this list in their first answer, whether there is anything in it or not.
        if self.since == Position(0) || !ephemeral.is_empty() {
            write_list(&mut object, "ephemeral", &ephemeral);
        }
        write_section(&mut object, "account_data", account_data);
        self.write_counts(&mut object, num)?;
        if whole || events.members_changed {
            self.write_summary(&mut object, &room)?;
        }
        object.end();
        Ok(())
    }

    /// `timeline`, and `state` or `state_after`.
    pub(crate) fn write_events(&self, object: &mut ObjectWriter<'_>, events: &RoomEvents) {
        let mut timeline = ObjectWriter::start(object.key("timeline"));
        write_events(&mut timeline, &events.timeline);
        timeline.flag("limited", events.limited);
        timeline.text("prev_batch", &format!("t{}", events.prev_batch));
        timeline.end();
        let name = match self.state_after {
            StateAfter::No => "state",
            StateAfter::Stable => "state_after",
            StateAfter::Unstable => "org.matrix.msc4222.state_after",
        };
        let mut state = ObjectWriter::start(object.key(name));
        write_events(&mut state, &events.state);
        state.end();
    }

    fn write_counts(&self, object: &mut ObjectWriter<'_>, room: RoomNum) -> Result<(), SyncError> {
        let counts = self.inner.rooms.notification_counts(self.caller.user, room)?;
        let shown = if self.filter.thread_counts { counts.main } else { counts.total() };
        write_tally(object.key("unread_notifications"), shown);
        if !self.filter.thread_counts || counts.threads.is_empty() {
            return Ok(());
        }
        let mut threads = ObjectWriter::start(object.key("unread_thread_notifications"));
        for (root, tally) in &counts.threads {
            let Some(root) = self.inner.rooms.event(*root)? else { continue };
            write_tally(threads.key(root.event_id().as_str()), *tally);
        }
        threads.end();
        Ok(())
    }

    /// Spec `RoomSummary`: what a client needs to name a room.
    fn write_summary(&self, object: &mut ObjectWriter<'_>, room: &RoomRef) -> Result<(), SyncError> {
        let summary = self.inner.rooms.summary(room.num, self.caller.user)?;
        let mut out = ObjectWriter::start(object.key("summary"));
        if !summary.heroes.is_empty() {
            write_array(out.key("m.heroes"), &summary.heroes, |out, hero| {
                rooms::json::write_string(out, hero.as_str());
            });
        }
        out.number("m.joined_member_count", summary.joined);
        out.number("m.invited_member_count", summary.invited);
        out.end();
        Ok(())
    }
}

fn is_member(event: &StoredEvent) -> bool {
    event.meta.state_key.is_some_and(|key| key.event_type() == types::MEMBER)
}

fn write_tally(out: &mut Vec<u8>, tally: rooms::counts::Tally) {
    let mut object = ObjectWriter::start(out);
    object.number("notification_count", tally.notifications);
    object.number("highlight_count", tally.highlights);
    object.end();
}

/// `"events":[…]` of texts that are JSON already.
pub(crate) fn write_events(object: &mut ObjectWriter<'_>, events: &[Vec<u8>]) {
    write_array(object.key("events"), events, |out, event| out.extend_from_slice(event));
}

/// `"name":{"events":[…]}`, unless there are none.
pub(crate) fn write_section(object: &mut ObjectWriter<'_>, name: &str, events: &[Vec<u8>]) {
    if !events.is_empty() {
        write_list(object, name, events);
    }
}

fn write_list(object: &mut ObjectWriter<'_>, name: &str, events: &[Vec<u8>]) {
    let mut section = ObjectWriter::start(object.key(name));
    write_events(&mut section, events);
    section.end();
}
