//! The task that judges.

use crate::{
    audience::Audiences,
    candidates::candidates,
    judge::{Case, judgement},
    task::{Task, task},
};
use rooms::{RoomError, RoomRef, Rooms, StoredEvent, UserNum, counts::CountMode};
use std::{sync::Arc, time::Duration};
use storage::{Backlog, Commit, Durability, Position, ReadError, Store, Waiting, WriteError, tables};
use tokio_util::sync::CancellationToken;
use users::{UserError, Users};

/// The name of the cursor.
const CURSOR: &str = "push";
/// How often the cursor is written when nothing else is.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// What [`Push::open`] is given.
pub struct PushDeps {
    /// The log.
    pub store: Store,
    /// Rooms and events.
    pub rooms: Rooms,
    /// People and their rules.
    pub users: Users,
}

/// Why judging stops. The log goes on without it; unread counts of people with rules of their own stand still.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The database can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Rooms can't be read.
    #[error(transparent)]
    Rooms(#[from] RoomError),
    /// People can't be read.
    #[error(transparent)]
    Users(#[from] UserError),
    /// Stored data contradicts itself.
    #[error("stored data is damaged: {0}")]
    Damaged(&'static str),
}

/// Judges events as they come. Cheap to clone.
#[derive(Clone)]
pub struct Push {
    pub(crate) store: Store,
    pub(crate) rooms: Rooms,
    pub(crate) users: Users,
    backlog: Arc<Backlog<Task>>,
}

impl Push {
    /// Begins to follow the log. Nothing is judged before [`Push::run`].
    pub fn open(deps: PushDeps) -> Self {
        let PushDeps { store, rooms, users } = deps;
        let backlog = Backlog::of(&store, task);
        Self { store, rooms, users, backlog }
    }

    /// How many positions of the log have still to be judged.
    pub fn lag(&self) -> u64 {
        self.backlog.lag()
    }

    /// Judges until the server stops.
    ///
    /// # Errors
    /// When the database can't be read or written any more.
    pub async fn run(self, stopping: CancellationToken) -> Result<(), PushError> {
        let mut audiences = Audiences::new(self.rooms.clone(), self.users.clone());
        let mut cursor = self.catch_up(&mut audiences, self.saved()?).await?;
        loop {
            let next = tokio::select! {
                () = stopping.cancelled() => break,
                due = tokio::time::timeout(SAVE_EVERY, self.backlog.at_least(1)) => due.map(|()| self.backlog.take()),
            };
            match next {
                Ok(Waiting::Tasks(tasks, upto)) => {
                    self.store.settled(upto).await?;
                    for task in tasks {
                        self.work(&mut audiences, task).await?;
                    }
                    cursor = cursor.max(upto);
                }
                Ok(Waiting::Overrun) => {
                    audiences.clear();
                    cursor = self.catch_up(&mut audiences, self.saved()?).await?;
                }
                Err(_) => self.save(cursor)?,
            }
        }
        self.save(cursor)
    }

    async fn work(&self, audiences: &mut Audiences, task: Task) -> Result<(), PushError> {
        match task {
            Task::Event(num) => match self.rooms.event(num)? {
                Some(event) => self.judge(audiences, &event).await,
                None => Ok(()),
            },
            Task::Member(room, user) => audiences.member_changed(room, user),
            Task::Rules(user) => {
                audiences.rules_changed(user)?;
                self.judge_again(user).await
            }
        }
    }

    /// Judges an event for everyone whom it may concern in particular.
    async fn judge(&self, audiences: &mut Audiences, event: &StoredEvent) -> Result<(), PushError> {
        let Some(room) = self.rooms.room_by_num(event.meta.room)? else { return Ok(()) };
        let candidates =
            audiences.with(event.meta.room, |audience| candidates(&self.rooms, audience, event))?;
        if candidates.is_empty() {
            return Ok(());
        }
        let case = Case::of(&self.rooms, &room, event)?;
        for user in candidates {
            self.judge_for(&case, user).await?;
        }
        Ok(())
    }

    pub(crate) async fn judge_for(&self, case: &Case<'_>, user: UserNum) -> Result<(), PushError> {
        let mode =
            if self.users.push_rules.is_custom(user)? { CountMode::OwnRules } else { CountMode::AsEveryone };
        self.set_mode(user, case.room, mode).await?;
        if self.users.account_data.ignored(user)?.contains(case.event.pdu.sender()) {
            return Ok(());
        }
        let rules = self.users.push_rules.of(user)?;
        let judgement = judgement(case.actions(user, &rules).await?);
        if !judgement.notify && !judgement.highlight {
            return Ok(());
        }
        let mut commit = Commit::new(Durability::Lazy);
        if self.rooms.add_highlight(&mut commit, user, case.event, judgement)? {
            self.store.commit(commit).await?;
        }
        Ok(())
    }

    /// How the user's unread events are counted in a room from now on, if it was otherwise.
    pub(crate) async fn set_mode(
        &self,
        user: UserNum,
        room: &RoomRef,
        mode: CountMode,
    ) -> Result<bool, PushError> {
        if self.rooms.count_mode(user, room.num)? == mode {
            return Ok(false);
        }
        let mut commit = Commit::new(Durability::Lazy);
        self.rooms.set_count_mode(&mut commit, user, room.num, mode);
        self.store.commit(commit).await?;
        Ok(true)
    }

    /// Judges what came after `cursor`, from the database: after a crash, or when too much came at once.
    async fn catch_up(&self, audiences: &mut Audiences, cursor: Position) -> Result<Position, PushError> {
        let upto = self.store.visible();
        if cursor >= upto {
            return Ok(upto);
        }
        for room in self.rooms.all_rooms()? {
            for (_, num) in self.rooms.timeline_range(room, cursor, upto, usize::MAX)?.events {
                self.work(audiences, Task::Event(num)).await?;
            }
        }
        self.save(upto)?;
        Ok(upto)
    }

    fn saved(&self) -> Result<Position, PushError> {
        Ok(Position(self.store.get(tables::CURSORS, &CURSOR.to_owned())?.unwrap_or(0)))
    }

    fn save(&self, cursor: Position) -> Result<(), PushError> {
        if self.saved()? < cursor {
            let mut commit = Commit::new(Durability::Lazy).positions(0);
            commit.put(tables::CURSORS, &CURSOR.to_owned(), &cursor.0);
            drop(self.store.submit(commit)?);
        }
        Ok(())
    }
}
