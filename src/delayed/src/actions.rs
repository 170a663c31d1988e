//! What may be done with an event that waits.

use crate::{ActionError, Delayed, DelayedError, DelayedEvent, Deliver, Outcome};
use rooms::UserNum;

/// What to do with a delayed event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is never sent.
    Cancel,
    /// The wait begins again.
    Restart,
    /// It is sent now.
    Send,
}

impl Delayed {
    /// Does it. An action that was done before is done; one that can't be any more is refused. With an `owner`, the events
    /// of others look like none.
    pub async fn act<D: Deliver>(
        &self,
        id: &str,
        owner: Option<UserNum>,
        action: Action,
        deliver: &D,
    ) -> Result<(), ActionError<D::Refusal>> {
        let _turn = self.turn(&id).await;
        let event = self.get(id)?.filter(|event| owner.is_none_or(|owner| owner == event.user()));
        let event = event.ok_or(DelayedError::NotFound)?;
        if let Some(outcome) = &event.outcome {
            return Ok(after_the_end(outcome, action)?);
        }
        let now_ms = self.clock.now_ms();
        let new = match action {
            Action::Cancel => event.ended(Outcome::Cancelled, now_ms),
            Action::Restart => event.restarted(now_ms),
            Action::Send => self.sent(id, &event, deliver).await.map_err(ActionError::Refused)?,
        };
        self.replace(id, &event, &new).await?;
        Ok(())
    }

    /// Sends an event: it has ended then. The caller has its turn.
    pub(crate) async fn sent<D: Deliver>(
        &self,
        id: &str,
        event: &DelayedEvent,
        deliver: &D,
    ) -> Result<DelayedEvent, D::Refusal> {
        let event_id = deliver.deliver(id, event).await?;
        Ok(event.ended(Outcome::Sent(event_id), self.clock.now_ms()))
    }
}

/// Requests may be made again, and contradictions are told (MSC4140, "Managing scheduled delayed events").
fn after_the_end(outcome: &Outcome, action: Action) -> Result<(), DelayedError> {
    match (outcome, action) {
        (Outcome::Sent(_), Action::Send) | (Outcome::Cancelled | Outcome::Refused(_), Action::Cancel) => {
            Ok(())
        }
        (Outcome::Sent(_), _) => Err(DelayedError::Conflict("The event has been sent.")),
        (Outcome::Cancelled, _) => Err(DelayedError::Conflict("The event has been cancelled.")),
        (Outcome::Refused(_), _) => Err(DelayedError::Conflict("The event was due, and could not be sent.")),
    }
}
