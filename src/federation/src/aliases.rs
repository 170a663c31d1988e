//! Aliases of other servers (server-server API, "Querying for information").

use crate::{Federation, PeerError};
use ruma::{
    OwnedRoomId, OwnedServerName, RoomAliasId, api::federation::query::get_room_information::v1::Request,
};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(15);
/// The most servers that are told or listened to.
pub const MOST_ALIAS_SERVERS: usize = 50;

impl Federation {
    /// The room that an alias of another server stands for, and servers that are in it; `None` when there is none.
    ///
    /// # Errors
    /// When the server can't say.
    pub async fn find_alias(
        &self,
        alias: &RoomAliasId,
    ) -> Result<Option<(OwnedRoomId, Vec<OwnedServerName>)>, PeerError> {
        match self.ask(alias.server_name(), Request::new(alias.to_owned()), PATIENCE).await {
            Ok(mut told) => {
                told.servers.truncate(MOST_ALIAS_SERVERS);
                Ok(Some((told.room_id, told.servers)))
            }
            Err(PeerError::Refused { status, .. }) if status == http::StatusCode::NOT_FOUND => Ok(None),
            Err(error) => Err(error),
        }
    }
}
