//! Outgoing requests to addresses that others name: which addresses may be reached, and limits of size and time.
//!
//! Promises: unless private addresses are allowed, no connection goes to one, whatever a name resolves to and wherever a
//! redirect leads, as the addresses that are checked are the ones that are connected to. No proxy of the environment is used.
//! No answer is read beyond its limit, and none is waited for beyond its time.

mod client;
mod error;
mod fetch;
mod guard;
mod pause;
mod resolver;
mod whole;

#[cfg(test)]
mod tests;

pub use self::{
    client::{Client, Options},
    error::{NetError, SetupError},
    fetch::{Fetched, Limits},
    guard::Guard,
    pause::{LONGEST_PAUSE, pause_after},
    resolver::Detours,
    whole::Within,
};
