//! Typing notifications (client-server API, "Typing Notifications").
//!
//! Promises: typing is never on disk. It reaches readers through notes of the commit log, in the order of everything else,
//! so every node shows the same. It ends when the time that the client gave is over, when the user sends a message or
//! leaves, and when the server restarts.

mod state;

use crate::{RoomError, RoomNum, Rooms, UserNum, rooms::Inner, topics};
use parking_lot::{Mutex, RwLock};
use state::{Change, Intents, Shown};
use std::{
    sync::{Arc, Weak},
    time::Duration,
};
use storage::{Commit, Durability, Note, Position};

/// Notes of this kind are of this module.
const NOTE: u16 = 1;
/// The longest that somebody types without a new word from their client.
const MAX_TIME: Duration = Duration::from_secs(120);

/// Who types, in all rooms.
#[derive(Default)]
pub(crate) struct Typing {
    intents: Mutex<Intents>,
    shown: RwLock<Shown>,
}

impl Typing {
    /// Takes in a note that becomes visible at `position`.
    pub(crate) fn observe(&self, note: &Note, position: Position) {
        if note.kind == NOTE
            && let Some(change) = Change::decode(&note.bytes)
        {
            self.shown.write().apply(change, position);
        }
    }
}

/// Where who begins (or stops) to type, by a note of the log; `None` for notes of others.
pub fn typing_changed_in(note: &Note) -> Option<(RoomNum, UserNum, bool)> {
    let change = (note.kind == NOTE).then(|| Change::decode(&note.bytes))??;
    Some((change.room, change.user, change.until_ms > 0))
}

impl Rooms {
    /// Who types in a room, longest first, and the position of the last change.
    pub fn typing(&self, room: RoomNum) -> (Vec<UserNum>, Position) {
        self.inner.views.typing.shown.read().of(room)
    }

    /// Who types anywhere.
    pub fn typing_anywhere(&self) -> Vec<(RoomNum, UserNum)> {
        self.inner.views.typing.shown.read().all()
    }

    /// The position of the last change of [`Rooms::typing`].
    pub fn typing_changed(&self, room: RoomNum) -> Position {
        self.inner.views.typing.shown.read().changed(room)
    }

    /// Someone in the room types for `time` from now on, or with `None` stopped. That they are in the room is the
    /// caller's to know.
    pub async fn set_typing(
        &self,
        room: RoomNum,
        user: UserNum,
        time: Option<Duration>,
    ) -> Result<(), RoomError> {
        let ticket = {
            let mut intents = self.inner.views.typing.intents.lock();
            let (until_ms, changes) = match time {
                Some(time) => {
                    let ms = u64::try_from(time.min(MAX_TIME).as_millis()).unwrap_or(u64::MAX);
                    let until = self.inner.clock.now_ms().saturating_add(ms.max(1));
                    (until, intents.start(room, user, until))
                }
                None => (0, intents.stop(room, user)),
            };
            self.watch_typing(&mut intents);
            if !changes {
                return Ok(());
            }
            self.inner.store.submit(typing_commit(Change { room, user, until_ms }))?
        };
        ticket.await?;
        Ok(())
    }

    /// Ends someone's typing with `commit`: they sent what they typed, or left.
    pub(crate) fn clear_typing(&self, commit: &mut Commit, room: RoomNum, user: UserNum) {
        if self.inner.views.typing.intents.lock().stop(room, user) {
            commit.topic(topics::room(room));
            commit.note(NOTE, Change { room, user, until_ms: 0 }.encode());
        }
    }

    /// Sees to it that a task waits for the next deadline.
    fn watch_typing(&self, intents: &mut Intents) {
        if intents.watched || intents.next_deadline().is_none() {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            intents.watched = true;
            runtime.spawn(end_typing(Arc::downgrade(&self.inner)));
        }
    }
}

fn typing_commit(change: Change) -> Commit {
    let mut commit = Commit::new(Durability::Lazy);
    commit.topic(topics::room(change.room));
    commit.note(NOTE, change.encode());
    commit
}

/// Ends what is over, until nobody types.
async fn end_typing(inner: Weak<Inner>) {
    while let Some(wait) = inner.upgrade().and_then(|inner| end_expired(&inner)) {
        tokio::time::sleep(wait).await;
    }
}

/// Ends what is over now, and tells how long it is until the next one.
fn end_expired(inner: &Inner) -> Option<Duration> {
    let now = inner.clock.now_ms();
    let mut intents = inner.views.typing.intents.lock();
    for (room, user) in intents.expired(now) {
        if let Err(error) = inner.store.submit(typing_commit(Change { room, user, until_ms: 0 })) {
            tracing::warn!(%error, "could not end somebody's typing");
        }
    }
    let next = intents.next_deadline();
    intents.watched = next.is_some();
    next.map(|next| Duration::from_millis(next.saturating_sub(now).max(1)))
}
