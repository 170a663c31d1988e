//! Puts a response together (spec `GET /sync`, 200).

use crate::{
    Inner, SyncError, SyncFilter, SyncRequest, Token,
    account_data::Personal,
    joined::{Reading, write_section},
    pending::Pending,
};
use bytes::Bytes;
use rayon::prelude::*;
use rooms::{Membership, MembershipInfo, RoomNum, json::ObjectWriter};
use storage::Position;
use users::{Identity, NeighbourChanges};

/// Rooms that are read one after another; what is more is worth another thread.
const ROOMS_A_TASK: usize = 8;

/// A response, and whether it says anything but where the client now stands.
pub(crate) struct Response {
    pub(crate) body: Bytes,
    pub(crate) is_empty: bool,
}

impl Inner {
    /// Everything, for a client that knows nothing.
    pub(crate) fn first_response(
        &self,
        caller: &Identity,
        request: &SyncRequest,
        filter: &SyncFilter,
    ) -> Result<Bytes, SyncError> {
        let pending = Pending::all(self, caller)?;
        Ok(self.response(caller, request, filter, None, &pending)?.body)
    }

    /// What is new since a token.
    pub(crate) fn response(
        &self,
        caller: &Identity,
        request: &SyncRequest,
        filter: &SyncFilter,
        since: Option<Token>,
        pending: &Pending,
    ) -> Result<Response, SyncError> {
        let reading = Reading {
            inner: self,
            caller,
            filter,
            ignored: &pending.client.ignored,
            state_after: request.state_after,
            full_state: request.full_state,
            own_news: pending.user,
            since: since.map_or(Position(0), |since| since.position),
            upto: pending.upto,
        };
        let mut out = Vec::with_capacity(4096);
        let mut object = ObjectWriter::start(&mut out);
        let next = reading.write_to_device(&mut object, since, pending)?;
        let empty = object.written();
        reading.write_news(&mut object, pending)?;
        let is_empty = object.written() == empty && next.messages == 0;
        object.entries(&pending.client.keys);
        object.text("next_batch", &next.token.to_string());
        object.end();
        Ok(Response { body: out.into(), is_empty })
    }
}

impl Reading<'_> {
    /// Everything but to-device messages and the device's own keys.
    fn write_news(&self, object: &mut ObjectWriter<'_>, pending: &Pending) -> Result<(), SyncError> {
        let first = self.since == Position(0);
        let personal = match (first, pending.user) {
            (true, _) => Personal { global: self.all_global()?, ..Personal::default() },
            (false, true) => self.personal_changes()?,
            (false, false) => Personal::default(),
        };
        write_section(object, "account_data", &personal.global);
        let mut failed = Ok(());
        object.object_unless_empty("rooms", |rooms| failed = self.write_rooms(rooms, pending, &personal));
        failed?;
        let neighbours = if first || pending.changed.is_empty() {
            NeighbourChanges::default()
        } else {
            let changed = pending.changed.iter().map(|(room, _)| *room);
            let viewer = (self.caller.user, &*pending.client.rooms);
            self.inner.users.neighbours.changes_in(changed, viewer, self.since, self.upto)?
        };
        self.write_presence(object, pending, &neighbours)?;
        self.write_device_lists(object, pending, &neighbours)
    }

    fn write_rooms(
        &self,
        object: &mut ObjectWriter<'_>,
        pending: &Pending,
        personal: &Personal,
    ) -> Result<(), SyncError> {
        let rooms = self.chosen_rooms(pending, personal);
        let of = |states: &[Membership]| -> Vec<(RoomNum, MembershipInfo)> {
            rooms.iter().filter(|(_, info)| states.contains(&info.state)).copied().collect()
        };
        section(object, "join", &of(&[Membership::Join]), |out, room, info| {
            let data = self.room_account_data(room, &info, personal)?;
            self.joined(out, room, info.position, personal.counts.contains(&room), &data)
        })?;
        let invites: &[Membership] = if self.wants_invites(&rooms)? { &[Membership::Invite] } else { &[] };
        section(object, "invite", &of(invites), |out, room, info| {
            self.outside(out, room, &info, "invite_state")
        })?;
        section(object, "knock", &of(&[Membership::Knock]), |out, room, info| {
            self.outside(out, room, &info, "knock_state")
        })?;
        section(object, "leave", &of(&[Membership::Leave, Membership::Ban]), |out, room, info| {
            let data = self.room_account_data(room, &info, personal)?;
            self.left(out, room, &info, &data)
        })
    }

    /// Whether invites are shown; looked up only where there are some.
    fn wants_invites(&self, rooms: &[(RoomNum, MembershipInfo)]) -> Result<bool, SyncError> {
        let some = rooms.iter().any(|(_, info)| info.state == Membership::Invite);
        Ok(!some || !self.inner.users.account_data.blocks_invites(self.caller.user)?)
    }

    /// The rooms to write, in order: those with news of their own, and those about which the user's own data changed.
    fn chosen_rooms(&self, pending: &Pending, personal: &Personal) -> Vec<(RoomNum, MembershipInfo)> {
        let all = &pending.client.rooms;
        if self.full_state {
            return all.iter().map(|(room, info)| (room, *info)).collect();
        }
        let mut rooms = pending.changed.clone();
        for room in personal.rooms.keys().chain(&personal.counts) {
            rooms.extend(
                all.get(*room).filter(|info| info.state == Membership::Join).map(|info| (*room, *info)),
            );
        }
        rooms.sort_unstable_by_key(|(room, _)| *room);
        rooms.dedup_by_key(|(room, _)| *room);
        rooms
    }

    fn room_account_data(
        &self,
        room: RoomNum,
        info: &MembershipInfo,
        personal: &Personal,
    ) -> Result<Vec<Vec<u8>>, SyncError> {
        if self.since == Position(0) || (info.position > self.since && !personal.rooms.contains_key(&room)) {
            return self.all_of_room(room);
        }
        Ok(personal.rooms.get(&room).cloned().unwrap_or_default())
    }
}

/// Writes the rooms of one membership under its name. Many are read side by side: the first answer of a large account
/// after a start finds nothing in memory.
fn section(
    object: &mut ObjectWriter<'_>,
    name: &str,
    rooms: &[(RoomNum, MembershipInfo)],
    write: impl Fn(&mut ObjectWriter<'_>, RoomNum, MembershipInfo) -> Result<(), SyncError> + Sync,
) -> Result<(), SyncError> {
    let write_all = |out: &mut ObjectWriter<'_>, rooms: &[(RoomNum, MembershipInfo)]| {
        rooms.iter().try_for_each(|(room, info)| write(out, *room, *info))
    };
    let mut result = Ok(());
    if rooms.len() <= ROOMS_A_TASK {
        object.object_unless_empty(name, |out| result = write_all(out, rooms));
        return result;
    }
    let parts: Vec<Vec<u8>> = rooms
        .par_chunks(ROOMS_A_TASK)
        .map(|rooms| {
            let mut text = Vec::new();
            let mut part = ObjectWriter::part(&mut text);
            write_all(&mut part, rooms)?;
            Ok(text)
        })
        .collect::<Result<_, SyncError>>()?;
    object.object_unless_empty(name, |out| parts.iter().for_each(|part| out.entries(part)));
    Ok(())
}
