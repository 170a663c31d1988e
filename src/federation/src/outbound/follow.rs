//! Reads the log and writes what waits for whom.

use super::{
    device_rows::DeviceRows,
    queue::From,
    task::{KeysChanged, Task},
};
use crate::{Federation, health::Silence};
use rooms::{EventNum, RoomError, RoomNum, StoredEvent, UserNum};
use ruma::OwnedServerName;
use std::{collections::BTreeSet, time::Duration};
use storage::{Commit, Durability, Position, ReadError, Ticket, Waiting, WriteError, tables};
use tokio::time::{Interval, MissedTickBehavior};
use users::UserError;

/// The name of the cursor.
const CURSOR: &str = "federation";
/// How often the cursor is written when nothing else is.
const SAVE_EVERY: Duration = Duration::from_secs(5);
/// How often those who still type are named again: other servers take silence for the end of it.
const TYPING_AGAIN: Duration = Duration::from_secs(20);
/// How often those who are still here are named again.
const PRESENCE_AGAIN: Duration = Duration::from_secs(25 * 60);
/// Events that are written at once when a stretch of the log is read again.
const AT_ONCE: usize = 500;

/// Why nothing is sent any more.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
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
    #[error("stored data is damaged")]
    Damaged,
}

/// Servers for which rows were written.
type Woken = BTreeSet<OwnedServerName>;

impl Federation {
    /// Tells other servers what happens here, until this server stops.
    ///
    /// # Errors
    /// When the database can't be read or written any more.
    pub async fn send_all(&self) -> Result<(), OutboundError> {
        if !self.inner.settings.servers.enabled {
            return Ok(());
        }
        self.restore_silences()?;
        let mut cursor = match self.saved()? {
            Some(cursor) => self.catch_up(cursor).await?,
            None => self.begin_to_follow().await?,
        };
        self.wake_all()?;
        let (mut typing, mut presence) = (every(TYPING_AGAIN), every(PRESENCE_AGAIN));
        loop {
            let backlog = &self.inner.outbound.backlog;
            let next = tokio::select! {
                () = self.inner.stopping.cancelled() => break,
                _ = typing.tick() => {
                    self.say_again(self.inner.rooms.typing_anywhere(), Vec::new())?;
                    continue;
                }
                _ = presence.tick() => {
                    self.say_again(Vec::new(), self.inner.users.presence.here())?;
                    continue;
                }
                due = tokio::time::timeout(SAVE_EVERY, backlog.at_least(1)) => due.map(|()| backlog.take()),
            };
            match next {
                Ok(Waiting::Tasks(tasks, upto)) => {
                    self.inner.store.settled(upto).await?;
                    self.spread(tasks, upto).await?;
                    cursor = cursor.max(upto);
                }
                Ok(Waiting::Overrun) => {
                    cursor = self.catch_up(self.saved()?.unwrap_or(cursor)).await?;
                    self.wake_all()?;
                }
                Err(_) => self.save(cursor)?,
            }
        }
        self.save(cursor)
    }

    /// Tells the servers in its room of an event that another server has given to this one to pass on, such as the join of
    /// somebody who is let in here. What waits is written when this returns.
    ///
    /// # Errors
    /// When the database can't be read or written.
    pub(crate) async fn pass_on(&self, num: EventNum) -> Result<(), RoomError> {
        let event =
            self.inner.rooms.event(num)?.ok_or(RoomError::Damaged("an event that was taken in is gone"))?;
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        let mut servers = self.audience(&event)?;
        servers.remove(event.pdu.sender().server_name());
        if put_event(&mut commit, &event, &servers) {
            self.inner.store.commit(commit).await?;
            for server in &servers {
                // Rows after it may have gone out already.
                self.rows_wait(server, From::Start);
            }
        }
        Ok(())
    }

    /// Nothing from before the first start with other servers concerns them.
    async fn begin_to_follow(&self) -> Result<Position, OutboundError> {
        let now = self.inner.store.visible();
        let mut commit = Commit::new(Durability::Sync).positions(0);
        commit.put(tables::CURSORS, &CURSOR.to_owned(), &now.0);
        self.inner.store.commit(commit).await?;
        Ok(now)
    }

    async fn spread(&self, tasks: Vec<Task>, upto: Position) -> Result<(), OutboundError> {
        let (ticket, woken) = self.write(tasks, Some(upto))?;
        if let Some(ticket) = ticket {
            ticket.await?;
        }
        for server in &woken {
            self.rows_wait(server, From::Here);
        }
        Ok(())
    }

    /// Writes who is to be told, and tells what passes. The cursor moves with it to `upto`, if that is where it then is.
    fn write(
        &self,
        tasks: Vec<Task>,
        upto: Option<Position>,
    ) -> Result<(Option<Ticket>, Woken), OutboundError> {
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        let mut woken = Woken::new();
        let mut written = false;
        let _rows = self.inner.outbound.device_rows.lock();
        let mut rows = DeviceRows::default();
        for task in tasks {
            match task {
                Task::Event(num) => {
                    let met = self.introduced(&mut rows, num)?;
                    woken.extend(met);
                    let servers = self.event_rows(&mut commit, num)?;
                    written |= !servers.is_empty();
                    woken.extend(servers);
                }
                Task::Keys(change) if self.is_ours(change.user)? => {
                    let servers = self.others_near(change.user)?;
                    rows.add(self, &change, &servers)?;
                    woken.extend(servers);
                }
                Task::ToDevice(server) => woken.extend(OwnedServerName::try_from(server).ok()),
                Task::Receipt(read) if self.is_ours(read.user)? => {
                    self.pass(self.others_in(read.room)?, |passing| passing.reads(read));
                }
                Task::Typing(room, user, typing) if self.is_ours(user)? => {
                    self.pass(self.others_in(room)?, |passing| passing.types(room, user, typing));
                }
                Task::Presence(user) if self.is_ours(user)? => {
                    self.pass(self.others_near(user)?, |passing| passing.is_here(user));
                }
                Task::Keys(_) | Task::Receipt(_) | Task::Typing(..) | Task::Presence(_) => {}
            }
        }
        written |= rows.write(&mut commit);
        if !written {
            return Ok((None, woken));
        }
        if let Some(upto) = upto {
            commit.put(tables::CURSORS, &CURSOR.to_owned(), &upto.0);
        }
        Ok((Some(self.inner.store.submit(commit)?), woken))
    }

    /// Names those again who still type, and who are still here.
    fn say_again(&self, typing: Vec<(RoomNum, UserNum)>, here: Vec<UserNum>) -> Result<(), OutboundError> {
        let typing = typing.into_iter().map(|(room, user)| Task::Typing(room, user, true));
        self.write(typing.chain(here.into_iter().map(Task::Presence)).collect(), None).map(drop)
    }

    fn event_rows(&self, commit: &mut Commit, num: EventNum) -> Result<Woken, OutboundError> {
        let Some(event) = self.inner.rooms.event(num)? else { return Ok(Woken::new()) };
        self.greet(&event)?;
        if !self.is_own(&event) {
            return Ok(Woken::new());
        }
        let servers = self.audience(&event)?;
        Ok(if put_event(commit, &event, &servers) { servers } else { Woken::new() })
    }

    /// Whoever comes into a room makes its servers follow the changes of their devices: these are told to ask for them.
    fn introduced(&self, rows: &mut DeviceRows, num: EventNum) -> Result<Woken, OutboundError> {
        let Some(event) = self.inner.rooms.event(num)? else { return Ok(Woken::new()) };
        let servers = self.new_near(&event)?;
        if !servers.is_empty() {
            let user = event.meta.sender;
            let at = rows.stream(self, user)?;
            rows.add(self, &KeysChanged { user, at, devices: Vec::new(), signing: false }, &servers)?;
        }
        Ok(servers)
    }

    fn is_ours(&self, user: UserNum) -> Result<bool, OutboundError> {
        Ok(self.inner.rooms.is_local(&self.inner.rooms.ids().user_id(user)?))
    }

    /// Reads what came after `cursor` from the database: after a crash, or when too much came at once. What passes has passed.
    async fn catch_up(&self, cursor: Position) -> Result<Position, OutboundError> {
        let upto = self.inner.store.visible();
        if cursor >= upto {
            return Ok(upto);
        }
        for room in self.inner.rooms.all_rooms()? {
            let events = self.inner.rooms.timeline_range(room, cursor, upto, usize::MAX)?.events;
            for events in events.chunks(AT_ONCE) {
                let tasks = events.iter().map(|(_, num)| Task::Event(*num)).collect();
                self.catch_up_with(tasks).await?;
            }
        }
        for row in self.inner.store.scan(tables::KEYS_CHANGED, ..) {
            let (user, at) = row?;
            if at > cursor.0 && at <= upto.0 {
                let signing = KeysChanged { user: UserNum(user), at, devices: Vec::new(), signing: true };
                let devices = KeysChanged { signing: false, ..signing.clone() };
                self.catch_up_with(vec![Task::Keys(devices), Task::Keys(signing)]).await?;
            }
        }
        self.save(upto)?;
        Ok(upto)
    }

    async fn catch_up_with(&self, tasks: Vec<Task>) -> Result<(), OutboundError> {
        let (ticket, woken) = self.write(tasks, None)?;
        if let Some(ticket) = ticket {
            ticket.await?;
        }
        for server in &woken {
            self.rows_wait(server, From::Start);
        }
        Ok(())
    }

    /// Sees to it that everything that waits is brought.
    fn wake_all(&self) -> Result<(), OutboundError> {
        let mut servers: BTreeSet<String> =
            self.inner.users.to_device.remote_servers()?.into_iter().collect();
        let mut from = (String::new(), 0);
        while let Some(row) = self.inner.store.scan(tables::OUTBOX, from..).next() {
            let ((server, _), _) = row?;
            from = (server.clone(), u64::MAX);
            servers.insert(server);
        }
        let mut from = (String::new(), 0);
        loop {
            let mut rows =
                self.inner.store.scan_records::<serde::de::IgnoredAny, _>(tables::OUTBOX_DEVICES, from..);
            let Some(row) = rows.next() else { break };
            let ((server, _), _) = row?;
            from = (server.clone(), u64::MAX);
            servers.insert(server);
        }
        for server in servers {
            if let Ok(server) = OwnedServerName::try_from(server) {
                self.rows_wait(&server, From::Start);
            }
        }
        Ok(())
    }

    /// Servers that did not answer before the start are still left in peace.
    fn restore_silences(&self) -> Result<(), OutboundError> {
        for row in self.inner.store.scan_records::<Silence, _>(tables::DESTINATIONS, ..) {
            let (server, silence) = row?;
            if let Ok(server) = OwnedServerName::try_from(server) {
                self.inner.health.restore(server, silence);
            }
        }
        Ok(())
    }

    fn saved(&self) -> Result<Option<Position>, OutboundError> {
        Ok(self.inner.store.get(tables::CURSORS, &CURSOR.to_owned())?.map(Position))
    }

    fn save(&self, cursor: Position) -> Result<(), OutboundError> {
        if self.saved()?.is_none_or(|saved| saved < cursor) {
            let mut commit = Commit::new(Durability::Lazy).positions(0);
            commit.put(tables::CURSORS, &CURSOR.to_owned(), &cursor.0);
            drop(self.inner.store.submit(commit)?);
        }
        Ok(())
    }
}

/// Ticks from one period after now on.
fn every(period: Duration) -> Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval.reset();
    interval
}

/// Puts an event into the queues of these servers, with `commit`. Whether there are any.
fn put_event(commit: &mut Commit, event: &StoredEvent, servers: &BTreeSet<OwnedServerName>) -> bool {
    let Some(position) = event.meta.position() else { return false };
    for server in servers {
        commit.put(tables::OUTBOX, &(server.to_string(), position.0), &event.num.0);
    }
    !servers.is_empty()
}
