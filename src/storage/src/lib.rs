//! One ordered log over `RocksDB`, and the tables that are its views. Knows nothing of Matrix.
//!
//! Whoever changes something describes it in a [`Commit`] and hands it to the [`Store`]. One thread takes all waiting commits, gives them
//! [`Position`]s without gaps, writes them as one batch for all tables with one fsync, and only then makes the positions visible, wakes those who
//! [watch](Store::watch) the [`Topic`]s, and answers. So what was acknowledged survives any crash, a commit is all there or not at all, and no
//! position is ever given twice.
//!
//! What a commit wrote travels to other nodes as an encoded [`Group`]; a store that [applies](Store::apply) them answers every read alike.

mod backlog;
mod checkpoint;
mod clock;
mod commit;
mod db;
mod engine;
mod error;
mod group;
pub mod key;
mod metrics;
mod open;
mod ops;
mod options;
mod overlay;
mod position;
mod queue;
mod quiet;
mod read;
mod scan;
mod store;
mod stream;
mod table;
pub mod tables;
mod topics;
mod tuning;
mod value;
mod wire;
mod writer;

pub use backlog::{Backlog, Waiting};
pub use commit::{Commit, Durability, Note};
pub use engine::Status;
pub use error::{ApplyError, CheckpointError, OpenError, ReadError, WriteError};
pub use group::{DecodeError, Group, Part};
pub use key::{Key, KeyBuf, KeyPart, StrPrefix};
pub use metrics::StorageMetrics;
pub use ops::{Operation, Operations, Ops};
pub use options::Options;
pub use position::{Position, Topic};
pub use queue::Ticket;
pub use scan::Scan;
pub use store::Store;
pub use stream::{GroupStream, Lagged};
pub use table::{Catalogue, Class, Table, TableSpec};
pub use topics::{TopicPosition, Watch};
pub use value::{CorruptValue, FixedValue, Record, Value};
