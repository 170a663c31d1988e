//! The beginnings of events for people of other servers.

use super::MembershipError;
use crate::Federation;
use rooms::{Membership, RoomError, RoomRef, Template};
use ruma::{RoomId, RoomVersionId, ServerName, UserId};

impl Federation {
    /// The event by which somebody of another server joins, knocks or leaves. `versions` are the room versions that it knows;
    /// who leaves need not say.
    ///
    /// # Errors
    /// 404 for rooms that this server is not in; 403 for others' people, for servers that the room keeps out, and where the room
    /// does not allow it; [`MembershipError::Incompatible`] when the other server does not know the room's version;
    /// [`RoomError::Elsewhere`] when only another server can let the user in.
    pub async fn begin(
        &self,
        origin: &ServerName,
        (room, user): (&RoomId, &UserId),
        membership: Membership,
        versions: Option<&[RoomVersionId]>,
    ) -> Result<Template, MembershipError> {
        let room = self.shared_room(origin, room)?;
        if user.server_name() != origin {
            return Err(MembershipError::forbidden("That is nobody of your server"));
        }
        if versions.is_some_and(|versions| !versions.contains(&room.version)) {
            return Err(MembershipError::Incompatible(room.version.clone()));
        }
        Ok(self.inner.rooms.membership_template(&room.id, user, membership).await?)
    }

    /// A room that this server is in and that the other server may take part in.
    pub(super) fn shared_room(&self, origin: &ServerName, room: &RoomId) -> Result<RoomRef, MembershipError> {
        let rooms = &self.inner.rooms;
        let known = rooms.room(room)?;
        let resident = known.as_ref().map(|room| rooms.is_resident(room.num)).transpose()?;
        let Some(room) = known.filter(|_| resident == Some(true)) else {
            return Err(RoomError::NotFound("This server is not in the room").into());
        };
        if !rooms.acl_allows(room.num, origin)? {
            return Err(MembershipError::forbidden("The room keeps your server out"));
        }
        Ok(room)
    }
}
