//! Sends a delayed event for its sender, as a request of theirs would.

use crate::{ApiError, App, caller::suspended, client::state::put_state, error::error_body, limits::Limited};
use delayed::{DelayedEvent, Deliver};
use ruma::OwnedEventId;
use users::UserError;

impl Deliver for App {
    type Refusal = ApiError;

    async fn deliver(&self, id: &str, event: &DelayedEvent) -> Result<OwnedEventId, ApiError> {
        let user_id = self.rooms.ids().user_id(event.user())?;
        let account = self.users.accounts.get(&user_id)?.filter(|account| !account.is_deactivated);
        let account = account.ok_or(UserError::Deactivated)?;
        if account.is_locked {
            return Err(UserError::Locked.into());
        }
        if account.is_suspended {
            return Err(suspended());
        }
        self.limits.check_account(Limited::Messages, event.user())?;
        let draft = event.draft(id, user_id).map_err(ApiError::internal)?;
        let sent = if draft.state_key.is_some() {
            put_state(self, event.user(), &event.room_id, draft).await?
        } else {
            self.rooms.send(&event.room_id, draft).await?
        };
        Ok(sent.event_id)
    }

    fn told(&self, refusal: &ApiError) -> Option<String> {
        error_body(refusal)
    }
}
