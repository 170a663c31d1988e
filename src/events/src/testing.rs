//! Rooms built event by event, for tests: a small language for scenarios, and random rooms with forks.
//!
//! ```
//! use events::testing::TestRoom;
//! use ruma::RoomVersionId;
//! use serde_json::json;
//!
//! let mut room = TestRoom::public(&RoomVersionId::V12, "@alice:a");
//! room.join("@bob:b").unwrap();
//! let fork = room.extremities().to_vec();
//! room.state("@alice:a", "m.room.topic", "", json!({ "topic": "one" })).send().unwrap();
//! room.message("@bob:b", "meanwhile").after(fork).send().unwrap();
//! assert_eq!(room.extremities().len(), 2);
//! ```

mod random;
mod room;

pub use self::{
    random::{Random, random_room},
    room::{NewEvent, TestRoom, signing_key},
};
