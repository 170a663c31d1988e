//! What notifies whom: events judged by people's push rules (spec "Push Rules"), after they are in the log, and brought to
//! their pushers (spec "Push Notifications").
//!
//! Promises: no send waits for this. Unread counts of people who changed nothing about their rules are a subtraction that
//! `rooms` does; what is written here is the rest, event by event: highlights, and the counts of people with rules of
//! their own. A cursor in the database says how far everything is judged; after a crash the last events are judged once
//! more, which changes nothing.

mod audience;
mod candidates;
mod figures;
mod judge;
mod judging;
mod names;
mod notifications;
mod people;
mod rules;
mod sending;
mod task;
mod work;

#[cfg(test)]
mod tests;

pub use figures::PushFigures;
pub use notifications::{Notified, NotifiedPage, NotifiedQuery, notifications};
pub use sending::{Sender, SenderDeps, WrongSubscription, check_subscription, is_web_push};
pub use work::{Push, PushDeps, PushError};
