//! The server as a whole: opens the parts in their order, hands each what it needs, serves, and stops.
//!
//! The parts themselves hold the logic; here they are only put together, so that the program and the tests run the same
//! server.

mod boot;
mod delayed;
mod identity;
mod media;
mod outgoing;
mod push;
mod serve;
mod tasks;
mod tokens;

pub use self::{
    boot::{Overrides, Server, StartError, rotate_key},
    identity::IdentityError,
    serve::ListenError,
};
