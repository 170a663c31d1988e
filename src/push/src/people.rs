//! Who has pushers: for everybody else nothing is done, so that is known without asking the database.

use parking_lot::RwLock;
use rooms::UserNum;
use std::collections::HashSet;

/// The people who have pushers.
#[derive(Debug, Default)]
pub(crate) struct People(RwLock<HashSet<UserNum>>);

impl People {
    pub(crate) fn has(&self, user: UserNum) -> bool {
        self.0.read().contains(&user)
    }

    pub(crate) fn put(&self, user: UserNum) {
        self.0.write().insert(user);
    }

    pub(crate) fn remove(&self, user: UserNum) {
        self.0.write().remove(&user);
    }
}
