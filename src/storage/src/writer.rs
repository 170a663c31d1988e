//! Putting a group on disk: one batch for all tables together with the position that it reaches.
//!
//! A position counts as given out once it is visible or answered. Before that happens it is below a reservation that is fsync'd, so none is ever
//! given twice, ephemeral ones and crashes included; the next open goes on behind the reservation.

use crate::{Position, clock, db::Db, group::Group, metrics::Counters, open::LogState, quiet::Quiet};
use rocksdb::WriteBatch;
use std::time::{Duration, Instant};

/// How many positions are reserved at once.
const RESERVE: u64 = 1 << 16;
/// How long what was written without an fsync may stay so.
const LAZY_SYNC: Duration = Duration::from_secs(1);

/// How a group came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Commits of this store; its positions must be reserved.
    Own {
        /// A commit of the group asked for an fsync.
        sync: bool,
    },
    /// Another store gave the positions.
    Elsewhere,
}

#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) epoch: u64,
    /// The last position given out; what a group's `previous` must not be above.
    pub(crate) previous: Position,
    /// What the next own group says as its `previous`: lower after a crash, where the ephemeral positions in between are forgotten.
    pub(crate) base: Position,
    /// The last position that the disk tells of; groups without operations go beyond it.
    told: Position,
    reserved: Position,
    reserved_durable: Position,
    unsynced_since: Option<Instant>,
    quiet: Quiet,
}

impl Writer {
    /// Goes on from what is on disk: exactly there after a clean close and when following, else behind the reservation and in the next epoch.
    pub(crate) fn new(state: LogState, follow: bool) -> Self {
        let crashed = !follow && state.reserved > state.applied;
        let start = if crashed { state.reserved } else { state.applied };
        Self {
            epoch: state.epoch + u64::from(crashed),
            previous: start,
            base: state.applied,
            told: state.applied,
            reserved: start,
            reserved_durable: start,
            unsynced_since: None,
            quiet: Quiet::default(),
        }
    }

    /// Writes the group and takes its positions as given. A group without operations costs no write, but at the end of a reservation.
    pub(crate) fn write(
        &mut self,
        db: &Db,
        group: &Group,
        origin: Origin,
        counters: &Counters,
    ) -> Result<(), String> {
        let last = group.last();
        let reserve = matches!(origin, Origin::Own { .. });
        let must_reserve = reserve && last > self.reserved_durable;
        let bytes: usize = group.parts.iter().map(|part| part.operations.encoded().len()).sum();
        if bytes > 0 || must_reserve {
            let sync = must_reserve || origin == Origin::Own { sync: true };
            let reserved = match origin {
                Origin::Elsewhere => last,
                Origin::Own { .. } if last.0 + RESERVE / 2 > self.reserved.0 => Position(last.0 + RESERVE),
                Origin::Own { .. } => self.reserved,
            };
            let mut batch = WriteBatch::with_capacity_bytes(bytes + bytes / 8 + 128);
            db.add_to_batch(&mut batch, group);
            LogState { epoch: group.epoch, applied: last, reserved }.add_to_batch(db, &mut batch);
            self.put(db, batch, sync, counters)?;
            self.told = last;
            self.reserved = reserved;
            if sync {
                self.reserved_durable = reserved;
            }
        }
        self.epoch = group.epoch;
        self.previous = last;
        self.base = last;
        counters.group(group.parts.len(), bytes);
        Ok(())
    }

    fn put(&mut self, db: &Db, batch: WriteBatch, sync: bool, counters: &Counters) -> Result<(), String> {
        let start = clock::now();
        let bytes = batch.size_in_bytes();
        db.write(batch, sync)?;
        self.quiet.wrote(bytes, start);
        if sync {
            self.unsynced_since = None;
            counters.sync(start.elapsed());
        } else {
            self.unsynced_since.get_or_insert(start);
        }
        Ok(())
    }

    /// Has the disk tell of the last position, so that a copy of it goes on where the groups do.
    pub(crate) fn tell(&mut self, db: &Db, counters: &Counters) -> Result<(), String> {
        if self.told == self.base {
            return Ok(());
        }
        let mut batch = WriteBatch::default();
        LogState { epoch: self.epoch, applied: self.base, reserved: self.reserved }
            .add_to_batch(db, &mut batch);
        self.put(db, batch, false, counters)?;
        self.told = self.base;
        Ok(())
    }

    /// In how long [`Writer::turn`] has something to do; `None` when all is durable and nothing is written.
    pub(crate) fn due(&self) -> Option<Duration> {
        self.sync_due().into_iter().chain(self.quiet.due(clock::now())).min()
    }

    /// Does what is due by now.
    pub(crate) fn turn(&mut self, db: &Db, counters: &Counters) -> Result<(), String> {
        if self.sync_due().is_some_and(|due| due.is_zero()) {
            self.sync(db, counters)?;
        }
        let now = clock::now();
        if self.quiet.due(now).is_some_and(|due| due.is_zero())
            && self.quiet.is_worth_it(db.buffers.get_usage(), now)
        {
            db.begin_flush_of_tables()?;
        }
        Ok(())
    }

    fn sync_due(&self) -> Option<Duration> {
        self.unsynced_since.map(|since| LAZY_SYNC.saturating_sub(since.elapsed()))
    }

    /// Makes durable what was written without an fsync.
    pub(crate) fn sync(&mut self, db: &Db, counters: &Counters) -> Result<(), String> {
        if self.unsynced_since.is_some() {
            let start = clock::now();
            db.sync()?;
            counters.sync(start.elapsed());
            self.unsynced_since = None;
            self.reserved_durable = self.reserved;
        }
        Ok(())
    }

    /// Gives back what was reserved, so that the next open goes on exactly here, and empties the write-ahead log.
    pub(crate) fn close(&mut self, db: &Db, counters: &Counters) -> Result<(), String> {
        let mut batch = WriteBatch::default();
        LogState { epoch: self.epoch, applied: self.previous, reserved: self.previous }
            .add_to_batch(db, &mut batch);
        self.put(db, batch, true, counters)?;
        db.flush_tables()
    }
}
