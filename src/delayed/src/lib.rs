//! Events that are to be sent later (MSC4140, "Cancellable delayed events"): scheduled messages, and what a client leaves
//! behind in case it falls silent.
//!
//! Promises: what was scheduled is on disk, and survives a crash and a restart; what was due meanwhile is sent at the next
//! start, in the order of the times. An event is sent once: it goes into the room under its delay id as transaction id, so
//! that a second try after a crash finds the first. Whether its sender may send it is asked when it is due and not before.

mod actions;
mod delayed;
mod error;
mod event;
mod run;

#[cfg(test)]
mod tests;

pub use self::{
    actions::Action,
    delayed::{Delayed, DelayedDeps, NewDelayed, Settings},
    error::{ActionError, DelayedError},
    event::{DelayedEvent, Outcome},
    run::Deliver,
};
