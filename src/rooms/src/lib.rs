//! The room engine: how rooms come to be and grow, what their state is at any point, and the views that clients read.
//!
//! Promises:
//! - One writer a room at a time; rooms are independent. A writer never waits for the disk while it holds its room: the
//!   next event builds on the queue, and nobody is answered before the fsync.
//! - An event, the state around it, memberships, counts and indexes are in one commit: all of it is there or nothing.
//! - Everything in memory is a cache of rows, fed by the commits as they pass, so a store that only applies the
//!   commits of another answers alike.
//! - No HTTP here, no network; time and randomness are handed in.

mod acl;
mod auth_chain;
mod by_time;
mod cache;
mod engine;
mod erased;
mod error;
pub mod event;
mod graph;
pub mod ids;
mod members;
mod room;
mod rooms;
mod servers;
pub mod state;
mod timeline;
pub mod topics;

// The views that clients read.
mod aliases;
mod client_event;
mod context;
pub mod counts;
mod directory;
mod indexing;
pub mod json;
mod receipts;
mod relations;
mod spaces;
mod summary;
mod threads;
mod typing;
mod views;
mod visibility;

pub use aliases::Alias;
pub use client_event::{ClientView, ViewOptions};
pub use context::Context;
pub use directory::{DirectoryFilter, DirectoryPage};
pub use engine::{
    CreateRoom, Draft, InitialState, JoinedElsewhere, MemberChange, MemberProfile, Outcome, Outside, Preset,
    Received, Sent, Template, TxnKey, Upgrade, Visibility,
};
pub use error::{Code, RoomError};
pub use event::{EventMeta, StoredEvent};
pub use graph::WalkBack;
pub use ids::{DeviceNum, EventNum, Ids, RoomNum, StateKeyNum, UserNum};
pub use members::{Membership, MembershipInfo, UserRooms};
pub use receipts::{NewReceipt, PersonalChange, Receipt, ReceiptKind, Receipts};
pub use relations::{RelationPage, RelationQuery};
pub use room::{RoomInfo, RoomRef};
pub use rooms::{Rooms, RoomsDeps, Settings};
pub use spaces::{SpaceChild, SpaceRoom};
pub use state::{StateChange, StateRoot};
pub use summary::MemberSummary;
pub use threads::{ThreadFilter, ThreadPage, ThreadSummary};
pub use timeline::{Direction, Page, order_of};
pub use typing::typing_changed_in;
pub use visibility::{Seen, ServerSight, Sight, Viewer};
