//! Where to look: what may have changed since a token, by one comparison in memory for each thing.

use crate::{Inner, SyncError, Token, client::Client};
use rooms::{Membership, MembershipInfo, RoomNum};
use std::sync::Arc;
use storage::Position;
use users::Identity;

/// What may have changed for a device.
pub(crate) struct Pending {
    /// The last position that the answer covers.
    pub(crate) upto: Position,
    /// The user's rooms and settings at the time of looking.
    pub(crate) client: Arc<Client>,
    /// Something of the user's own: account data, counts, memberships, presence of others.
    pub(crate) user: bool,
    /// To-device messages or one-time keys.
    pub(crate) device: bool,
    /// The rooms that may have news.
    pub(crate) changed: Vec<(RoomNum, MembershipInfo)>,
}

impl Pending {
    /// Compares positions; reads nothing of any room.
    pub(crate) fn find(
        inner: &Inner,
        caller: &Identity,
        known: &Arc<Client>,
        since: Token,
    ) -> Result<Self, SyncError> {
        // First the position, then everything else: what comes in between belongs to the next answer, and may show in
        // this one already, but is never lost.
        let upto = inner.store.visible();
        let own = inner.own(caller);
        let client = if known.is_current(own) { Arc::clone(known) } else { inner.read_client(caller)? };
        let after = since.position;
        let moved = |room| inner.rooms.room_position(room).may_be_after(after);
        let user = own.user.may_be_after(after);
        let mut changed: Vec<_> = client
            .rooms
            .iter()
            .filter(|(room, info)| info.position > after || (info.state == Membership::Join && moved(*room)))
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
            device: own.device.may_be_after(after) || since.to_device < since.position,
            changed,
            client,
        })
    }

    /// Everything, for a client that knows nothing.
    pub(crate) fn all(inner: &Inner, caller: &Identity) -> Result<Self, SyncError> {
        let upto = inner.store.visible();
        let client = inner.client(caller)?;
        let changed = client.rooms.iter().map(|(room, info)| (room, *info)).collect();
        Ok(Self { upto, user: true, device: true, changed, client })
    }

    /// Whether there is any reason to read.
    pub(crate) fn any(&self) -> bool {
        self.user || self.device || !self.changed.is_empty()
    }
}
