//! The sessions of user-interactive authentication: what each is for and which stages are done.

use crate::error::{Result, UserError};
use config::{
    clock::SharedClock,
    random::{SharedEntropy, token},
};
use parking_lot::Mutex;
use ruma::{OwnedUserId, UserId, api::client::uiaa::AuthType};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Sessions at the same time; the oldest make room.
pub(super) const MOST: usize = 10_000;
const LIFETIME: Duration = Duration::from_mins(30);

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// Who; `None` when registering.
    pub user: Option<&'a UserId>,
    /// Method and path, path parameters included.
    pub endpoint: &'a str,
    /// The body as it was sent; its `auth` does not count.
    pub body: &'a [u8],
}

impl Operation<'_> {
    /// The same for the same body, however it is spaced and its keys are ordered.
    fn fingerprint(&self) -> [u8; 32] {
        match serde_json::from_slice::<Value>(self.body) {
            Ok(Value::Object(mut body)) => {
                body.remove("auth");
                Sha256::digest(Value::Object(body).to_string().as_bytes()).into()
            }
            _ => Sha256::digest(self.body).into(),
        }
    }
}

#[derive(Debug)]
struct Session {
    user: Option<OwnedUserId>,
    endpoint: String,
    /// Fixed at the first request of somebody who is logged in. Who registers may still change their mind, but begins again then.
    body: [u8; 32],
    completed: Vec<AuthType>,
    began: Instant,
}

/// All sessions.
pub(super) struct Sessions {
    clock: SharedClock,
    entropy: SharedEntropy,
    most: usize,
    by_id: Mutex<HashMap<String, Session>>,
}

impl Sessions {
    pub(super) fn new(clock: SharedClock, entropy: SharedEntropy, most: usize) -> Self {
        Self { clock, entropy, most, by_id: Mutex::default() }
    }

    /// The session `id` if it is one for `operation`; a new one if there is none of that id.
    pub(super) fn resume(&self, operation: &Operation<'_>, id: Option<&str>) -> Result<String> {
        let now = self.clock.monotonic();
        let body = operation.fingerprint();
        let mut by_id = self.by_id.lock();
        if let Some(id) = id
            && let Some(session) = by_id.get_mut(id)
            && now.duration_since(session.began) < LIFETIME
        {
            if session.user.as_deref() != operation.user || session.endpoint != operation.endpoint {
                return Err(UserError::forbidden("The session was begun for another operation."));
            }
            if session.body != body {
                if session.user.is_some() {
                    return Err(UserError::forbidden("The operation has changed since the session began."));
                }
                session.completed.clear();
                session.body = body;
            }
            return Ok(id.to_owned());
        }
        self.make_room(&mut by_id, now);
        let id = token(&*self.entropy, 24);
        let session = Session {
            user: operation.user.map(ToOwned::to_owned),
            endpoint: operation.endpoint.to_owned(),
            body,
            completed: Vec::new(),
            began: now,
        };
        by_id.insert(id.clone(), session);
        Ok(id)
    }

    fn make_room(&self, by_id: &mut HashMap<String, Session>, now: Instant) {
        if by_id.len() < self.most {
            return;
        }
        by_id.retain(|_, session| now.duration_since(session.began) < LIFETIME);
        if by_id.len() >= self.most {
            // The older half goes at once, so that this is rare.
            let mut ages: Vec<Instant> = by_id.values().map(|session| session.began).collect();
            let middle = ages.len() / 2;
            let (_, median, _) = ages.select_nth_unstable(middle);
            let median = *median;
            by_id.retain(|_, session| session.began > median);
        }
    }

    /// Notes that `stage` is done, unless the session has turned to something else meanwhile.
    pub(super) fn complete(&self, id: &str, operation: &Operation<'_>, stage: AuthType) -> Result<()> {
        let body = operation.fingerprint();
        let mut by_id = self.by_id.lock();
        let session = by_id.get_mut(id).filter(|session| session.body == body);
        let session = session.ok_or_else(|| UserError::forbidden("The session is over; begin again."))?;
        if !session.completed.contains(&stage) {
            session.completed.push(stage);
        }
        Ok(())
    }

    pub(super) fn complete_known(&self, id: &str, stage: AuthType) -> bool {
        let mut by_id = self.by_id.lock();
        let Some(session) = by_id.get_mut(id) else { return false };
        if !session.completed.contains(&stage) {
            session.completed.push(stage);
        }
        true
    }

    pub(super) fn completed(&self, id: &str) -> Vec<AuthType> {
        self.by_id.lock().get(id).map(|session| session.completed.clone()).unwrap_or_default()
    }

    pub(super) fn exists(&self, id: &str) -> bool {
        let now = self.clock.monotonic();
        self.by_id.lock().get(id).is_some_and(|session| now.duration_since(session.began) < LIFETIME)
    }

    pub(super) fn end(&self, id: &str) {
        self.by_id.lock().remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::{clock::ManualClock, random::SeededEntropy};
    use ruma::user_id;
    use std::sync::Arc;

    fn sessions(most: usize) -> (Sessions, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::default());
        (Sessions::new(clock.clone(), Arc::new(SeededEntropy::new(1)), most), clock)
    }

    fn deletion(body: &'static str) -> Operation<'static> {
        Operation { user: Some(user_id!("@a:here")), endpoint: "DELETE /devices/A", body: body.as_bytes() }
    }

    #[test]
    fn a_session_is_for_one_operation() {
        let (sessions, _) = sessions(10);
        let operation = deletion(r#"{"a":1,"b":2,"auth":{}}"#);
        let id = sessions.resume(&operation, None).expect("begun");
        let same = deletion(r#"{ "b": 2, "a": 1, "auth": {"session": "x"} }"#);
        assert_eq!(sessions.resume(&same, Some(&id)).expect("the same"), id);
        assert!(sessions.resume(&deletion(r#"{"a":1}"#), Some(&id)).is_err(), "another body");
        let elsewhere = Operation { endpoint: "DELETE /devices/B", ..operation };
        assert!(sessions.resume(&elsewhere, Some(&id)).is_err(), "another endpoint");
        let other = Operation { user: Some(user_id!("@b:here")), ..operation };
        assert!(sessions.resume(&other, Some(&id)).is_err(), "another person");
    }

    #[test]
    fn who_changes_a_registration_begins_again() {
        let (sessions, _) = sessions(10);
        let of =
            |body: &'static str| Operation { user: None, endpoint: "POST /register", body: body.as_bytes() };
        let id = sessions.resume(&of("{}"), None).expect("begun");
        sessions.complete(&id, &of("{}"), AuthType::Dummy).expect("done");
        assert_eq!(sessions.completed(&id), [AuthType::Dummy]);
        let changed = of(r#"{"username":"x"}"#);
        assert_eq!(sessions.resume(&changed, Some(&id)).expect("goes on"), id);
        assert_eq!(sessions.completed(&id), []);
        assert!(sessions.complete(&id, &of("{}"), AuthType::Dummy).is_err(), "not for the former body");
    }

    #[test]
    fn sessions_end_and_are_bounded() {
        let (sessions, clock) = sessions(4);
        let id = sessions.resume(&deletion("{}"), None).expect("begun");
        clock.advance(LIFETIME);
        assert!(!sessions.exists(&id));
        assert_ne!(sessions.resume(&deletion("{}"), Some(&id)).expect("begun"), id);
        for _ in 0..50 {
            clock.advance(Duration::from_millis(1));
            sessions.resume(&deletion("{}"), None).expect("begun");
        }
        assert!(sessions.by_id.lock().len() <= 4);
    }
}
