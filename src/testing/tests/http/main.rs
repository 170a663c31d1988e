//! What clients rely on, over HTTP against a real server. One file a behaviour.

mod aliases;
mod bad_input;
mod bodies;
mod devices;
mod forget;
mod history;
mod invites;
mod key_backup;
mod keys;
mod membership;
mod registration;
mod relations;
mod replay;
mod restart;
mod room_creation;
mod search;
mod sessions;
mod state;
mod sync;
mod sync_left;
mod to_device;
mod transactions;
mod unread;
