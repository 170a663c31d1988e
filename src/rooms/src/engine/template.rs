//! Events that are not in the room yet: those that others complete and sign, and invites that the invited person's server
//! signs first (server-server API, "Joining Rooms", "Knocking upon a room", "Leaving Rooms", "Inviting to a room").

use events::Pdu;
use ruma::{RoomId, RoomVersionId, UserId};
use serde_json::value::RawValue;

use super::{
    Append, Draft, MemberChange,
    membership::{Wish, member_draft},
};
use crate::{Membership, RoomError, Rooms};

/// An event that another server completes and signs.
#[derive(Debug, Clone)]
pub struct Template {
    /// The version of its room.
    pub version: RoomVersionId,
    /// The event without hashes, signatures, and id.
    pub event: Box<RawValue>,
}

impl Rooms {
    /// The event by which somebody of another server joins, knocks or leaves. Where the room lets in members of other rooms,
    /// the event says who of this server vouches for them.
    ///
    /// # Errors
    /// [`RoomError::Forbidden`] when the room does not allow it now; [`RoomError::Elsewhere`] when only another server can
    /// let the user in.
    pub async fn membership_template(
        &self,
        room: &RoomId,
        user: &UserId,
        membership: Membership,
    ) -> Result<Template, RoomError> {
        let room = self.require(room)?;
        let locked = self.lock(&room).await?;
        let append = Append::new(self, locked.clone());
        drop(locked);
        let change = MemberChange::default();
        let wish = Wish { sender: user, target: user, membership, change: &change };
        let now = append.membership(user)?;
        if membership == Membership::Leave && now == Some(Membership::Leave) {
            return Err(RoomError::forbidden("You have left the room already"));
        }
        append.template(&append.wished(&wish, now)?)
    }

    /// Any event of this room as it would be next, for somebody of another server.
    ///
    /// # Errors
    /// [`RoomError::Forbidden`] when the room does not allow it now.
    pub async fn template(&self, room: &RoomId, draft: &Draft) -> Result<Template, RoomError> {
        let room = self.require(room)?;
        let locked = self.lock(&room).await?;
        let append = Append::new(self, locked.clone());
        drop(locked);
        append.template(draft)
    }

    /// Whether this server may vouch for somebody who joins a room for members of other rooms, as it is now; who is invited or in
    /// the room needs no voucher.
    ///
    /// # Errors
    /// As [`Rooms::membership_template`].
    pub async fn check_voucher(&self, room: &RoomId, user: &UserId) -> Result<(), RoomError> {
        let room = self.require(room)?;
        let locked = self.lock(&room).await?;
        let append = Append::new(self, locked.clone());
        drop(locked);
        append.authorise_join(user, append.membership(user)?, &mut serde_json::Map::new())
    }

    /// An invite by somebody of this server, signed, that is not in the room yet: [`Rooms::receive`] takes it in once the
    /// server of the invited person has signed it too.
    ///
    /// # Errors
    /// [`RoomError::Forbidden`] when the room does not allow it now.
    pub async fn invite_to_sign(
        &self,
        room: &RoomId,
        sender: &UserId,
        target: &UserId,
        change: &MemberChange,
    ) -> Result<Pdu, RoomError> {
        let room = self.require(room)?;
        let locked = self.lock(&room).await?;
        let append = Append::new(self, locked.clone());
        drop(locked);
        let wish = Wish { sender, target, membership: Membership::Invite, change };
        let now = append.membership(target)?;
        Ok(append.sealed(&append.wished(&wish, now)?)?.0)
    }
}

impl Append<'_> {
    fn membership(&self, user: &UserId) -> Result<Option<Membership>, RoomError> {
        let event = self.member_event(user)?;
        Ok(event.and_then(|event| Membership::of_event(&event.pdu)))
    }

    fn wished(&self, wish: &Wish<'_>, now: Option<Membership>) -> Result<Draft, RoomError> {
        wish.check(now)?;
        let mut content = wish.change.content(wish.membership);
        if wish.membership == Membership::Join {
            self.authorise_join(wish.target, now, &mut content)?;
        }
        member_draft(&self.head.room, wish.sender, wish.target, &content)
    }

    fn template(&self, draft: &Draft) -> Result<Template, RoomError> {
        // Sealed as if it were of this server, to ask the rules; that event goes nowhere.
        let (_, entries) = self.sealed(draft)?;
        let room = &self.head.room;
        let text = events::template(&self.event_draft(draft, &entries)?, &room.rules)?;
        let event =
            RawValue::from_string(text).map_err(|_| RoomError::Damaged("a template that is no JSON"))?;
        Ok(Template { version: room.version.clone(), event })
    }
}
