//! What clients rely on, over HTTP against a real server. One file a behaviour.

mod aliases;
mod bad_input;
mod bodies;
mod forget;
mod history;
mod invites;
mod membership;
mod registration;
mod relations;
mod replay;
mod restart;
mod room_creation;
mod sessions;
mod state;
mod sync;
mod sync_left;
mod transactions;
mod unread;
