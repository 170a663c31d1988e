//! People of other servers who join.

use super::{
    MembershipError,
    draft::raw,
    sent::{SentEvent, same, sent_event},
};
use crate::Federation;
use events::Pdu;
use rooms::{EventNum, Membership, RoomError, RoomRef};
use ruma::{OwnedServerName, ServerName, UserId};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What a server is told whose user has joined.
#[derive(Debug)]
pub struct LetIn {
    /// The join, with this server's signature if it vouches for the user.
    pub event: Box<RawValue>,
    /// The state before it.
    pub state: Vec<Box<RawValue>>,
    /// What authorizes the join and the state.
    pub auth_chain: Vec<Box<RawValue>>,
    /// The servers that are in the room.
    pub servers: Vec<OwnedServerName>,
}

impl Federation {
    /// Takes in a join. Sent again it is answered again. `brief` leaves out of the auth chain what is in the state.
    ///
    /// # Errors
    /// 404 for rooms that this server is not in; 403 where the room does not allow it; [`MembershipError::Wrong`] for what is no
    /// such event; [`RoomError::Elsewhere`] when this server is to vouch for somebody and can't.
    pub async fn let_in(
        &self,
        origin: &ServerName,
        sent: SentEvent<'_>,
        brief: bool,
    ) -> Result<LetIn, MembershipError> {
        let room = self.shared_room(origin, sent.room)?;
        let pdu = sent_event(origin, &room, sent, Membership::Join)?;
        let pdu = self.vouched(&room, pdu).await?;
        let text = raw(&pdu)?;
        let pdu = self.check_pdu(&text, &room.rules).await?.map(|checked| same(checked, &pdu))??;
        let num = self.take_in(&room, pdu.clone()).await?;
        self.told_of(&room, num, &pdu, brief)
    }

    /// Adds this server's signature where the event says that somebody of it lets the user in, if that is so.
    async fn vouched(&self, room: &RoomRef, pdu: Pdu) -> Result<Pdu, MembershipError> {
        #[derive(Deserialize)]
        struct Content {
            join_authorised_via_users_server: Option<String>,
        }
        let voucher = pdu.content_as::<Content>().ok().and_then(|c| c.join_authorised_via_users_server);
        let voucher = voucher.as_deref().and_then(|voucher| <&UserId>::try_from(voucher).ok());
        let rooms = &self.inner.rooms;
        let ours = voucher.is_some_and(|voucher| rooms.is_local(voucher));
        if !ours || !room.rules.signatures.check_join_authorised_via_users_server {
            return Ok(pdu);
        }
        rooms.check_voucher(&room.id, pdu.sender()).await?;
        Ok(self.signing_key().add_signature(&pdu, &room.rules).map_err(RoomError::from)?)
    }

    fn told_of(
        &self,
        room: &RoomRef,
        join: EventNum,
        pdu: &Pdu,
        brief: bool,
    ) -> Result<LetIn, MembershipError> {
        let rooms = &self.inner.rooms;
        let stored = rooms.event(join)?.ok_or(RoomError::Damaged("a join that was just taken in is gone"))?;
        let state = rooms.state_events(room, stored.meta.before)?;
        let mut all: Vec<EventNum> = state.iter().map(|event| event.num).collect();
        all.push(join);
        let mut chain = rooms.auth_chain(room, &all)?;
        if brief {
            all.sort_unstable();
            chain.retain(|num| all.binary_search(num).is_err());
        }
        let chain = rooms.events(&chain)?;
        Ok(LetIn {
            event: raw(pdu)?,
            state: state.iter().map(|event| raw(&event.pdu)).collect::<Result<_, _>>()?,
            auth_chain: chain.iter().map(|event| raw(&event.pdu)).collect::<Result<_, _>>()?,
            servers: rooms.servers_in(room.num)?,
        })
    }
}
