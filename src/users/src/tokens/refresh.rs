//! The next pair of tokens for a refresh token (spec "Refreshing access tokens").

use super::{
    Issued, Tokens, Use,
    session::{Refresh, SessionRecord},
};
use crate::{
    core::Core,
    error::{Result, UserError},
    notes::Stale,
};
use rooms::ids::{DeviceNum, UserNum};
use std::sync::atomic::Ordering;
use storage::tables;

impl Tokens {
    /// Trades a refresh token for new tokens. The old ones work until a new one is used. A refresh token that
    /// comes back after that has been copied: the session ends, and both holders must log in.
    pub async fn refresh(&self, refresh_token: &str) -> Result<Issued> {
        const UNKNOWN: UserError = UserError::UnknownToken { soft_logout: false };
        let claims = self.jwt.verify(refresh_token, Use::Refresh).ok_or(UNKNOWN)?;
        let device = DeviceNum(claims.dev);
        let _turn = self.core.turn(UserNum(claims.sub)).await;
        let session = SessionRecord::latest(&self.core, device)?;
        let mut session = session.filter(|session| session.id == claims.sid).ok_or(UNKNOWN)?;
        let live = self.live.get(&self.core, device)?.filter(|live| live.id == session.id).ok_or(UNKNOWN)?;
        session.confirmed = session.confirmed.max(live.confirmed.load(Ordering::Acquire));
        if self.core.now_ms() >= claims.until {
            return Err(UserError::UnknownToken { soft_logout: true });
        }
        match session.judge(claims.r#gen) {
            Refresh::Unknown => return Err(UNKNOWN),
            Refresh::Stolen => {
                tracing::warn!(user = %live.identity.user_id, device = %live.identity.device_id, "a refresh token came twice; the session ends");
                return Err(self.end_stolen(device, &session).await?);
            }
            Refresh::Good => {}
        }
        session.confirmed = claims.r#gen;
        session.issued += 1;
        let issued = self.pair(&session, device)?;
        let mut commit = Core::change().positions(0);
        commit.put_record(tables::SESSIONS, &device.0, &session);
        self.core.commit(commit).await?;
        live.confirmed.fetch_max(session.confirmed, Ordering::AcqRel);
        Ok(issued)
    }

    /// Leaves the device and its keys, but no token that works: the number of the session changes.
    async fn end_stolen(&self, device: DeviceNum, session: &SessionRecord) -> Result<UserError> {
        let mut ended = session.clone();
        ended.id = ended.id.wrapping_add(1);
        let mut commit = Core::change();
        commit.put_record(tables::SESSIONS, &device.0, &ended);
        commit.topic(crate::core::user_topic(session.user()));
        Stale::Session(device).note(&mut commit);
        self.core.commit(commit).await?;
        Ok(UserError::UnknownToken { soft_logout: true })
    }
}
