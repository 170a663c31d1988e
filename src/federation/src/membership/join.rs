//! People of this server who join.

use super::{
    MembershipError, PATIENCE, STATE_PATIENCE,
    candidates::Failures,
    draft::{Begun, raw},
};
use crate::{Federation, PeerError};
use events::{Pdu, RoomVersion};
use rooms::{JoinedElsewhere, MemberChange, Membership, Outcome, RoomError};
use ruma::{
    OwnedServerName, RoomId, ServerName, UserId,
    api::federation::membership::{
        create_join_event::v2::{Request as SendJoin, RoomState},
        prepare_join_event::v1::Request as MakeJoin,
    },
};
use serde_json::value::RawValue;
use std::collections::HashMap;

impl Federation {
    /// Joins a room: by itself where this server is in it, else through one of the servers that are. `via` are servers that may
    /// be.
    ///
    /// # Errors
    /// All of them; a refusal is that of the first server that refused.
    pub async fn join(
        &self,
        room: &RoomId,
        user: &UserId,
        change: MemberChange,
        via: &[OwnedServerName],
    ) -> Result<(), MembershipError> {
        let rooms = &self.inner.rooms;
        let mut failures = Failures::default();
        if let Some(known) = rooms.room(room)?
            && rooms.is_present(known.num)?
        {
            match rooms.join(room, user, change.clone()).await {
                Ok(_) => return Ok(()),
                Err(RoomError::Elsewhere(_, why)) => failures = Failures::here(why),
                Err(error) => return Err(error.into()),
            }
        }
        let change = &change;
        let attempt =
            |server: OwnedServerName| async move { self.join_through(&server, room, user, change).await };
        self.through_one((room, user), via, failures, attempt).await
    }

    async fn join_through(
        &self,
        server: &ServerName,
        room: &RoomId,
        user: &UserId,
        change: &MemberChange,
    ) -> Result<(), MembershipError> {
        let mut request = MakeJoin::new(room.to_owned(), user.to_owned());
        request.ver = RoomVersion::SUPPORTED.to_vec();
        let begun = self.ask(server, request, PATIENCE).await?;
        let begun =
            self.complete((room, user), (Membership::Join, change), begun.room_version, &begun.event)?;
        let id = begun.pdu.event_id().to_owned();
        let request = SendJoin::new(room.to_owned(), id, raw(&begun.pdu)?);
        let told = self.ask(server, request, STATE_PATIENCE).await?.room_state;
        if told.members_omitted {
            return Err(PeerError::nonsense("it left out members, which nobody asked for").into());
        }
        let join = self.signed_join(&begun, told.event.as_deref()).await?;
        let (auth_chain, state) = self.checked_state(&told, &begun).await?;
        let joined =
            JoinedElsewhere { room: room.to_owned(), version: begun.version, auth_chain, state, join };
        match self.inner.rooms.accept_join(joined).await? {
            Outcome::Accepted(_) => Ok(()),
            Outcome::SoftFailed(_, why) | Outcome::Rejected(_, why) => Err(RoomError::Forbidden(why).into()),
            Outcome::Missing { .. } => Err(PeerError::nonsense("it told too little of the room").into()),
        }
    }

    /// The join as it is in the room: where somebody vouches for the user, with the signature of their server.
    async fn signed_join(&self, begun: &Begun, told: Option<&RawValue>) -> Result<Pdu, MembershipError> {
        let Some(told) = told.filter(|_| begun.vouched) else {
            if begun.vouched {
                return Err(PeerError::nonsense("it did not sign that it lets the user in").into());
            }
            return Ok(begun.pdu.clone());
        };
        let signed = self.check_pdu(told, &begun.rules).await?.map_err(PeerError::nonsense)?;
        if signed.event_id() != begun.pdu.event_id() {
            return Err(PeerError::nonsense("it signed another event").into());
        }
        Ok(signed)
    }

    /// What the server told of the room, as far as it is signed. Most events come twice and are checked once.
    async fn checked_state(
        &self,
        told: &RoomState,
        begun: &Begun,
    ) -> Result<(Vec<Pdu>, Vec<Pdu>), MembershipError> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut unique: Vec<&RawValue> = Vec::new();
        for json in told.auth_chain.iter().chain(&told.state) {
            places.entry(json.get()).or_insert_with(|| {
                unique.push(json);
                unique.len() - 1
            });
        }
        let checked = self.check_pdus(unique, &begun.rules).await?;
        let dropped = checked.iter().filter(|pdu| pdu.is_err()).count();
        if let Some(Err(error)) = checked.iter().find(|pdu| pdu.is_err()) {
            tracing::warn!(room = %begun.pdu.room_id(), dropped, %error, "told of events that can't be believed");
        }
        let good = |list: &[Box<RawValue>]| -> Vec<Pdu> {
            let found = list.iter().filter_map(|json| checked.get(*places.get(json.get())?));
            found.filter_map(|pdu| pdu.as_ref().ok().cloned()).collect()
        };
        Ok((good(&told.auth_chain), good(&told.state)))
    }
}
