//! Writing to rooms.
//!
//! Promises: the events of a room are appended one at a time, each on top of what is queued; an append reads nothing from
//! the disk that is in memory; whoever calls is answered when the event is on disk. If the queue refuses a commit,
//! nothing has happened and the room's head is read again.

mod append;
mod auth;
mod backfill;
mod check;
mod create;
mod fill;
mod follow;
mod forget;
mod graph;
mod head;
mod join;
mod judge;
mod late_redaction;
mod locks;
mod membership;
mod outside;
mod purge;
mod receive;
mod receive_many;
mod redaction;
mod resolution;
mod restricted;
mod send;
mod template;
mod tidy;
mod upgrade;

pub(crate) use self::{
    append::Append,
    head::{Head, HeadRecord},
    locks::Heads,
};
pub use self::{
    create::{CreateRoom, InitialState, Preset, Visibility},
    join::JoinedElsewhere,
    membership::{MemberChange, MemberProfile},
    outside::Outside,
    receive::{Outcome, Received},
    send::{Draft, Sent, TxnKey},
    template::Template,
    upgrade::Upgrade,
};
