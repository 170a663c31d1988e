//! The sessions in use, in memory.
//!
//! Promises: once [`LiveSessions::drop_session`] has returned, no token of the session passes, whatever was remembered
//! before; a session is read from the table at most once while it is in use.

use super::{Identity, session::SessionRecord};
use crate::{accounts::record::AccountRecord, core::Core, error::Result};
use parking_lot::Mutex;
use rooms::ids::DeviceNum;
use rustc_hash::FxHashMap;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
};

/// Sessions that may lie around unused before memory is tidied.
const TIDY_AT: usize = 50_000;

/// A session in use.
#[derive(Debug)]
pub(crate) struct LiveSession {
    pub(crate) identity: Arc<Identity>,
    pub(crate) id: u64,
    pub(crate) token: Option<[u8; 32]>,
    pub(crate) confirmed: AtomicU32,
    over: AtomicBool,
    pub(crate) seen_ms: AtomicU64,
}

impl LiveSession {
    /// Whether it may still be used.
    pub(crate) fn is_current(&self) -> bool {
        !self.over.load(Ordering::Acquire)
    }
}

/// All sessions in use, by device.
#[derive(Default)]
pub(crate) struct LiveSessions {
    by_device: Mutex<FxHashMap<DeviceNum, Arc<LiveSession>>>,
}

impl LiveSessions {
    /// The session of `device`; `None` if it has none or its account may not act.
    pub(crate) fn get(&self, core: &Core, device: DeviceNum) -> Result<Option<Arc<LiveSession>>> {
        // Reading under the lock: a session that ends in between is dropped after it was put in.
        let mut by_device = self.by_device.lock();
        if let Some(live) = by_device.get(&device) {
            return Ok(Some(live.clone()));
        }
        let Some(session) = SessionRecord::read(core, device)? else { return Ok(None) };
        let Some(account) = AccountRecord::read(core, session.user())? else { return Ok(None) };
        if account.deactivated {
            return Ok(None);
        }
        let live = Arc::new(LiveSession {
            identity: Arc::new(Identity {
                user_id: core.user_id(session.user())?,
                user: session.user(),
                device_id: session.device_id.as_str().into(),
                device,
                session: session.id,
                is_guest: account.guest,
                is_admin: account.admin,
                is_locked: account.locked,
                is_suspended: account.suspended,
            }),
            id: session.id,
            token: session.token,
            confirmed: AtomicU32::new(session.confirmed),
            over: AtomicBool::new(false),
            seen_ms: AtomicU64::new(0),
        });
        if by_device.len() >= TIDY_AT {
            by_device.retain(|_, live| Arc::strong_count(live) > 1);
        }
        by_device.insert(device, live.clone());
        Ok(Some(live))
    }

    /// Forgets the session of `device`, so that the next use reads the tables.
    pub(crate) fn drop_session(&self, device: DeviceNum) {
        if let Some(live) = self.by_device.lock().remove(&device) {
            live.over.store(true, Ordering::Release);
        }
    }

    /// Forgets all sessions of an account.
    pub(crate) fn drop_account(&self, user: rooms::ids::UserNum) {
        self.by_device.lock().retain(|_, live| {
            let kept = live.identity.user != user;
            if !kept {
                live.over.store(true, Ordering::Release);
            }
            kept
        });
    }

    /// How many sessions are in memory.
    pub(crate) fn len(&self) -> usize {
        self.by_device.lock().len()
    }
}
