//! User-interactive authentication (spec "User-Interactive Authentication API").
//!
//! Promises: a session counts for one operation only — one person, one endpoint, one body — and once; a stage is complete only
//! after it was proved in this very session; sessions end after half an hour and there are at most [`MOST`] of them.
//! They live in memory: after a restart a client begins again, as after the half hour.

mod session;
mod stages;

pub use self::session::Operation;

use self::session::{MOST, Sessions};
use crate::{accounts::Accounts, core::Core, error::UserError};
use ruma::{
    UserId,
    api::{
        client::uiaa::{AuthData, AuthFlow, AuthType, UiaaInfo},
        error::{ErrorKind, StandardErrorBody},
    },
};
use std::sync::Arc;

/// Why an operation may not go on yet.
#[derive(Debug)]
pub enum UiaError {
    /// 401: the client has stages to do; the body says which.
    Incomplete(Box<UiaaInfo>),
    /// It can't go on at all.
    Refused(UserError),
}

impl From<UserError> for UiaError {
    fn from(error: UserError) -> Self {
        Self::Refused(error)
    }
}

/// Keeps the sessions and proves the stages.
pub struct Uia {
    core: Arc<Core>,
    accounts: Arc<Accounts>,
    sessions: Sessions,
}

impl Uia {
    pub(crate) fn new(core: Arc<Core>, accounts: Arc<Accounts>) -> Self {
        let sessions = Sessions::new(core.clock.clone(), core.entropy.clone(), MOST);
        Self { core, accounts, sessions }
    }

    /// Whether `operation` may go on. `flows` are the ways to get there, each a list of stages; the session ends with the last stage.
    pub async fn check(
        &self,
        operation: &Operation<'_>,
        auth: Option<&AuthData>,
        flows: &[&[AuthType]],
    ) -> Result<(), UiaError> {
        let session = self.sessions.resume(operation, auth.and_then(AuthData::session))?;
        let mut problem = None;
        if let Some(auth) = auth
            && let Some(stage) = auth.auth_type()
        {
            self.check_named(operation, auth)?;
            if !flows.iter().any(|flow| flow.contains(&stage)) {
                problem =
                    Some((ErrorKind::Unrecognized, "This stage is no way to authenticate here.".to_owned()));
            } else if let Err(error) = self.prove(operation, auth).await {
                problem = Some(explain(error)?);
            } else {
                self.sessions.complete(&session, operation, stage)?;
            }
        }
        let completed = self.sessions.completed(&session);
        if problem.is_none() && flows.iter().any(|flow| flow.iter().all(|stage| completed.contains(stage))) {
            self.sessions.end(&session);
            return Ok(());
        }
        let mut info = UiaaInfo::new(flows.iter().map(|flow| AuthFlow::new(flow.to_vec())).collect());
        info.completed = completed;
        info.session = Some(session);
        info.params = serde_json::value::to_raw_value(&serde_json::Map::new()).ok();
        info.auth_error = problem.map(|(kind, message)| Box::new(StandardErrorBody::new(kind, message)));
        Err(UiaError::Incomplete(Box::new(info)))
    }

    /// Whether the owner of an account has confirmed what a request does to it, as they must for what can't be undone.
    /// `endpoint` and `body` as in [`Operation`].
    pub async fn confirm(
        &self,
        user: &UserId,
        endpoint: &str,
        body: &[u8],
        auth: Option<&AuthData>,
    ) -> Result<(), UiaError> {
        let operation = Operation { user: Some(user), endpoint, body };
        self.check(&operation, auth, &[&[AuthType::Password]]).await
    }

    /// Marks a stage as done that was proved elsewhere, such as on a fallback page; `false` if there is no such session.
    pub fn complete_elsewhere(&self, session: &str, stage: AuthType) -> bool {
        self.sessions.complete_known(session, stage)
    }

    /// Whether there is such a session: for fallback pages.
    pub fn session_exists(&self, session: &str) -> bool {
        self.sessions.exists(session)
    }
}

/// What a failed stage looks like within the 401; failures of the server itself go through.
fn explain(error: UserError) -> Result<(ErrorKind, String), UserError> {
    let kind = match &error {
        UserError::Forbidden(_) => ErrorKind::Forbidden,
        UserError::InvalidParam(_) | UserError::InvalidUsername(_) => ErrorKind::InvalidParam,
        UserError::Deactivated => ErrorKind::UserDeactivated,
        _ => return Err(error),
    };
    Ok((kind, error.to_string()))
}
