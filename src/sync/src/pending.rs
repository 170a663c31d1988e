//! Where to look: what may have changed since a token, by one comparison in memory for each thing.

use crate::{Inner, SyncError, Token};
use rooms::{Membership, MembershipInfo, RoomNum, UserRooms, topics};
use std::sync::Arc;
use storage::Position;
use users::Identity;

/// What may have changed for a device.
pub(crate) struct Pending {
    /// The last position that the answer covers.
    pub(crate) upto: Position,
    /// The user's rooms at the time of looking.
    pub(crate) rooms: Arc<UserRooms>,
    /// Something of the user's own: account data, counts, memberships, presence of others.
    pub(crate) user: bool,
    /// To-device messages or one-time keys.
    pub(crate) device: bool,
    /// The rooms that may have news.
    pub(crate) changed: Vec<(RoomNum, MembershipInfo)>,
}

impl Pending {
    /// Compares positions; reads nothing of any room.
    pub(crate) fn find(inner: &Inner, caller: &Identity, since: Token) -> Result<Self, SyncError> {
        // First the position, then everything else: what comes in between belongs to the next answer, and may show in
        // this one already, but is never lost.
        let upto = inner.store.visible();
        let rooms = inner.rooms.rooms_of(caller.user)?;
        let after = since.position;
        let moved = |topic| inner.store.topic_position(topic).may_be_after(after);
        let user = moved(topics::user(caller.user));
        let mut changed: Vec<_> = rooms
            .iter()
            .filter(|(room, info)| {
                info.position > after || (info.state == Membership::Join && moved(topics::room(*room)))
            })
            .map(|(room, info)| (room, *info))
            .collect();
        if user {
            // The device may not know yet that the user left, and would keep the room for ever.
            let forgotten = inner.rooms.forgotten_since(caller.user, after)?;
            changed.extend(forgotten.into_iter().filter(|(_, info)| info.position > after));
        }
        Ok(Self {
            upto,
            user,
            device: moved(topics::device(caller.device)) || since.to_device < since.position,
            changed,
            rooms,
        })
    }

    /// Everything, for a client that knows nothing.
    pub(crate) fn all(inner: &Inner, caller: &Identity) -> Result<Self, SyncError> {
        let upto = inner.store.visible();
        let rooms = inner.rooms.rooms_of(caller.user)?;
        let changed = rooms.iter().map(|(room, info)| (room, *info)).collect();
        Ok(Self { upto, user: true, device: true, changed, rooms })
    }

    /// Whether there is any reason to read.
    pub(crate) fn any(&self) -> bool {
        self.user || self.device || !self.changed.is_empty()
    }
}
