//! The task that judges.

use crate::{
    Sender,
    audience::Audiences,
    people::People,
    sending::Outbox,
    task::{Task, task},
};
use rooms::{RoomError, Rooms, UserNum};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use storage::{Backlog, Commit, Durability, Position, ReadError, Store, Waiting, WriteError, tables};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use users::{UserError, Users};

/// The name of the cursor.
const CURSOR: &str = "push";
/// How often the cursor is written when nothing else is.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// How long unread counts are left alone after somebody has read: who reads goes on reading.
const TELL_AFTER: Duration = Duration::from_secs(1);

/// What [`Push::open`] is given.
pub struct PushDeps {
    /// The log.
    pub store: Store,
    /// Rooms and events.
    pub rooms: Rooms,
    /// People and their rules.
    pub users: Users,
    /// Who brings pushes; `None` when there are to be none.
    pub sender: Option<Sender>,
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

/// What the judging has given to do.
#[derive(Default)]
struct Round {
    outbox: Outbox,
    /// Who has read on since their pushers were last told how much is unread.
    read: BTreeSet<UserNum>,
    /// When that is told.
    tell_at: Option<Instant>,
}

impl Round {
    /// Whether it is time to tell pushers what is unread.
    fn is_time_to_tell(&mut self) -> bool {
        if self.read.is_empty() {
            return false;
        }
        let now = Instant::now();
        let is_time = *self.tell_at.get_or_insert(now + TELL_AFTER) <= now;
        if is_time {
            self.tell_at = None;
        }
        is_time
    }
}

/// Judges events as they come. Cheap to clone.
#[derive(Clone)]
pub struct Push {
    pub(crate) store: Store,
    pub(crate) rooms: Rooms,
    pub(crate) users: Users,
    pub(crate) sender: Option<Sender>,
    pub(crate) people: Arc<People>,
    backlog: Arc<Backlog<Task>>,
}

impl Push {
    /// Begins to follow the log. Nothing is judged before [`Push::run`].
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn open(deps: PushDeps) -> Result<Self, PushError> {
        let PushDeps { store, rooms, users, sender } = deps;
        let people = Arc::<People>::default();
        let known = Arc::clone(&people);
        let backlog = Backlog::of_parts(&store, move |part, tasks| {
            tasks.extend(part.operations.iter().filter_map(|operation| task(&operation, &known)));
        });
        if let Some(sender) = &sender {
            users.pushers.people()?.into_iter().for_each(|user| people.put(user));
            sender.resume()?;
        }
        Ok(Self { store, rooms, users, sender, people, backlog })
    }

    /// Who brings pushes; `None` where there are none.
    pub fn sender(&self) -> Option<&Sender> {
        self.sender.as_ref()
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
        let mut audiences = Audiences::new(self.rooms.clone(), self.users.clone(), Arc::clone(&self.people));
        let mut round = Round::default();
        let mut cursor = self.catch_up(&mut audiences, &mut round, self.saved()?).await?;
        loop {
            let wait = if round.read.is_empty() { SAVE_EVERY } else { TELL_AFTER };
            let next = tokio::select! {
                () = stopping.cancelled() => break,
                due = tokio::time::timeout(wait, self.backlog.at_least(1)) => due.map(|()| self.backlog.take()),
            };
            match next {
                Ok(Waiting::Tasks(tasks, upto)) => {
                    self.store.settled(upto).await?;
                    for task in tasks {
                        self.work(&mut audiences, &mut round, task).await?;
                    }
                    cursor = cursor.max(upto);
                }
                Ok(Waiting::Overrun) => {
                    audiences.clear();
                    cursor = self.catch_up(&mut audiences, &mut round, self.saved()?).await?;
                }
                Err(_) if round.read.is_empty() => self.save(cursor)?,
                Err(_) => {}
            }
            self.send_out(&mut round, Some(cursor)).await?;
        }
        // What was read is told now or, as the server stops, after the next start.
        round.tell_at = Some(Instant::now());
        self.send_out(&mut round, Some(cursor)).await?;
        self.save(cursor)
    }

    async fn work(&self, audiences: &mut Audiences, round: &mut Round, task: Task) -> Result<(), PushError> {
        match task {
            Task::Event(num) => match self.rooms.event(num)? {
                Some(event) => self.judge(audiences, &mut round.outbox, &event).await,
                None => Ok(()),
            },
            Task::Member(room, user) => {
                audiences.member_changed(room, user)?;
                self.judge_invite(&mut round.outbox, room, user).await
            }
            Task::Rules(user) => {
                audiences.rules_changed(user)?;
                self.judge_again(user).await
            }
            Task::Pushers(user) => self.pushers_changed(audiences, user).await,
            Task::Read(user) => {
                round.read.insert(user);
                Ok(())
            }
        }
    }

    async fn pushers_changed(&self, audiences: &mut Audiences, user: UserNum) -> Result<(), PushError> {
        let Some(sender) = &self.sender else { return Ok(()) };
        if self.users.pushers.of(user)?.is_empty() {
            self.people.remove(user);
        } else {
            self.people.put(user);
        }
        audiences.pushers_changed(user)?;
        sender.pushers_changed(user).await
    }

    /// Brings what the judging gave to do on its way, and writes how far it is.
    async fn send_out(&self, round: &mut Round, cursor: Option<Position>) -> Result<(), PushError> {
        let Some(sender) = &self.sender else { return Ok(()) };
        if round.is_time_to_tell() {
            for user in std::mem::take(&mut round.read) {
                sender.tell_counts(&mut round.outbox, user)?;
            }
        }
        if round.outbox.len() == 0 {
            return Ok(());
        }
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        if let Some(cursor) = cursor {
            commit.put(tables::CURSORS, &CURSOR.to_owned(), &cursor.0);
        }
        sender.keep(&mut round.outbox, commit).await
    }

    /// Judges what came after `cursor`, from the database: after a crash, or when too much came at once.
    async fn catch_up(
        &self,
        audiences: &mut Audiences,
        round: &mut Round,
        cursor: Position,
    ) -> Result<Position, PushError> {
        let upto = self.store.visible();
        if cursor >= upto {
            return Ok(upto);
        }
        for room in self.rooms.all_rooms()? {
            for (_, num) in self.rooms.timeline_range(room, cursor, upto, usize::MAX)?.events {
                self.work(audiences, round, Task::Event(num)).await?;
            }
            self.send_out(round, None).await?;
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
