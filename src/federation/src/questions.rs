//! What this server's people ask of others' (server-server API, "Querying for information", "Published Room Directory").

use crate::{Federation, PeerError};
use ruma::{
    ServerName, UInt, UserId,
    api::federation::{directory::get_public_rooms_filtered, query::get_profile_information},
    directory::Filter,
    profile::{ProfileFieldName, UserProfile},
};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

impl Federation {
    /// What somebody of another server says about themselves: all of it, or one field.
    ///
    /// # Errors
    /// All of them; a refusal with 404 when there is no such person or field.
    pub async fn profile(
        &self,
        user: &UserId,
        field: Option<ProfileFieldName>,
    ) -> Result<UserProfile, PeerError> {
        let mut request = get_profile_information::v1::Request::new(user.to_owned());
        request.field = field;
        Ok(self.ask(user.server_name(), request, PATIENCE).await?.data)
    }

    /// A page of another server's directory.
    ///
    /// # Errors
    /// All of them.
    pub async fn public_rooms(
        &self,
        server: &ServerName,
        filter: Filter,
        since: Option<String>,
        limit: Option<UInt>,
    ) -> Result<get_public_rooms_filtered::v1::Response, PeerError> {
        let mut request = get_public_rooms_filtered::v1::Request::new();
        request.filter = filter;
        request.since = since;
        request.limit = limit;
        self.ask(server, request, PATIENCE).await
    }
}
