//! Full-text search over what is said in rooms (client-server API, "Server Side Search").
//!
//! Promises:
//! - No send waits for this: the index follows the log. A search waits until everything that was visible when it began is in
//!   the index, for two seconds at the most.
//! - The index can be lost: it is made again from the database when it is missing, of another version, or not of this
//!   database. It says itself up to which position it is complete, in the commit that made it so; after a crash, what came
//!   later is read once more, which changes nothing.
//! - What is found is what people see: the latest edit of a message, nothing that was redacted, and only events that the
//!   searcher may see. Nothing else about other events, such as their number, gets out.
//! - Memory is taken while something is indexed, and given back when nothing is.

mod catch_up;
mod entry;
mod error;
mod find;
mod index;
mod query;
mod rank;
mod schema;
mod search;
mod task;
mod words;
mod worker;

pub use entry::Key;
pub use error::SearchError;
pub use find::{Found, Hit, Query};
pub use rank::{Mark, OrderBy};
pub use search::{Search, SearchDeps, Settings};
