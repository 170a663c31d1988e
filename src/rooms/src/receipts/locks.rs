//! One at a time for each user: a receipt is compared with the one before it and queued without another in between.

use crate::UserNum;
use parking_lot::{Mutex, MutexGuard};

/// Locks shared by users whose numbers fall together.
pub(crate) struct ReceiptLocks([Mutex<()>; 64]);

impl Default for ReceiptLocks {
    fn default() -> Self {
        Self([const { Mutex::new(()) }; 64])
    }
}

impl ReceiptLocks {
    pub(super) fn lock(&self, user: UserNum) -> MutexGuard<'_, ()> {
        self.0[usize::try_from(user.0 % 64).unwrap_or(0)].lock()
    }
}
