//! Other homeservers (server-server API, spec v1.19): finding them, their keys, signed requests, and what passes between them.
//!
//! Promises: nothing is believed that is not signed; no answer is read beyond its limit or waited for beyond its time; no
//! connection goes to an address that the operator did not allow; a server that does not answer is left in peace for a
//! while that grows.

mod aliases;
mod client;
mod device_keys;
mod discovery;
mod edus;
mod error;
mod handle;
mod health;
mod hierarchy;
mod inbound;
mod keys;
mod media;
mod membership;
mod outbound;
mod pdus;
mod proof;
mod questions;
mod turns;

pub use self::{
    aliases::MOST_ALIAS_SERVERS,
    device_keys::Unanswered,
    error::{PeerError, Unproven},
    handle::{Federation, FederationDeps, Settings},
    hierarchy::{HierarchyPage, HierarchyQuery},
    inbound::{InboundFigures, Results},
    keys::{KeyRing, Keys, OldKey, OwnKeys, TidyError},
    media::RemoteMediaError,
    membership::{Invitation, LetIn, MembershipError, SentEvent},
    outbound::{OutboundError, OutboundFigures, Queued},
    pdus::PduRefused,
};
