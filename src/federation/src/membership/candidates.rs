//! Which servers to ask about a room that this one is not in.

use super::MembershipError;
use crate::{Federation, PeerError};
use rooms::{Membership, RoomError};
use ruma::{OwnedServerName, RoomId, UserId};

/// The most servers that are asked for one purpose.
const MOST: usize = 12;

impl Federation {
    /// The servers that may help `user` with a room, the best first: those that were named, that of who invited the user, and,
    /// if this server is in the room, the others that are. If no other was named, also those that were in the room when this server
    /// was, and the one that the room's id names.
    pub(crate) fn candidates(
        &self,
        room: &RoomId,
        user: &UserId,
        via: &[OwnedServerName],
    ) -> Result<Vec<OwnedServerName>, RoomError> {
        let rooms = &self.inner.rooms;
        let mut found = via.to_vec();
        let named = found.iter().any(|server| server != self.server_name());
        if let Some(known) = rooms.room(room)? {
            let info = rooms.membership_of(known.num, user)?;
            if let Some(info) = info.filter(|info| info.state == Membership::Invite) {
                found.push(rooms.ids().user_id(info.sender)?.server_name().to_owned());
            }
            // A knock went to a server that the room's rows say nothing of.
            found.extend(rooms.told_by(known.num, user)?);
            if !named || rooms.is_present(known.num)? {
                found.extend(rooms.servers_in(known.num)?);
            }
        }
        if !named {
            found.extend(room.server_name().map(ToOwned::to_owned));
        }
        let mut list: Vec<OwnedServerName> = Vec::new();
        for server in found {
            if server != self.server_name() && self.allows(&server) && !list.contains(&server) {
                list.push(server);
            }
        }
        list.truncate(MOST);
        Ok(list)
    }

    /// Tries the servers that may help, one after the other, until one has helped.
    ///
    /// # Errors
    /// All of them; a refusal is that of the first server that refused. `failures` has what was tried before.
    pub(super) async fn through_one<F: Future<Output = Result<(), MembershipError>>>(
        &self,
        (room, user): (&RoomId, &UserId),
        via: &[OwnedServerName],
        mut failures: Failures,
        attempt: impl Fn(OwnedServerName) -> F,
    ) -> Result<(), MembershipError> {
        for server in self.candidates(room, user, via)? {
            match attempt(server.clone()).await {
                Ok(()) => return Ok(()),
                Err(error) => failures.note(&server, error)?,
            }
        }
        Err(failures.answer())
    }
}

/// What was said by those who were asked in vain.
#[derive(Default)]
pub(super) struct Failures {
    refusal: Option<PeerError>,
    other: Option<MembershipError>,
}

impl Failures {
    /// Of this server, which may not let the user in by itself.
    pub(super) fn here(why: String) -> Self {
        Self { refusal: None, other: Some(MembershipError::Forbidden(why)) }
    }

    /// Notes why a server did not help; errors that no other server can make good are given back.
    fn note(&mut self, server: &OwnedServerName, error: MembershipError) -> Result<(), MembershipError> {
        match error {
            // What it told makes no sense: its own fault, not that of who asks.
            MembershipError::Room(RoomError::BadRequest(_, why)) => {
                tracing::warn!(%server, %why, "a server of the room told what can't be");
                self.keep(PeerError::Nonsense(why).into())
            }
            MembershipError::Peer(error) => {
                tracing::info!(%server, %error, "a server of the room did not help");
                let slot =
                    if error.is_refusal() { &mut self.refusal } else { return self.keep(error.into()) };
                slot.get_or_insert(error);
                Ok(())
            }
            MembershipError::Room(RoomError::Forbidden(_))
            | MembershipError::Wrong(_)
            | MembershipError::Forbidden(_)
            | MembershipError::Incompatible(_) => {
                tracing::warn!(%server, %error, "a server of the room told what can't be");
                self.keep(error)
            }
            error => Err(error),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "the end of `note`")]
    fn keep(&mut self, error: MembershipError) -> Result<(), MembershipError> {
        self.other.get_or_insert(error);
        Ok(())
    }

    /// The answer for whoever asked for it: a refusal says most.
    fn answer(self) -> MembershipError {
        let refusal = self.refusal.map(MembershipError::Peer);
        refusal.or(self.other).unwrap_or(MembershipError::NobodyToAsk)
    }
}
