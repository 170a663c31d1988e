//! People: accounts, devices and their tokens, profiles, account data, presence, end-to-end keys and to-device messages. Speaks no HTTP.
//!
//! [`Users`] holds one part for each responsibility; a part knows only what it is given. What can be observed is a
//! commit on the log that touches the topics of the people concerned; what is kept in memory is a bounded copy of the
//! tables that follows the log, so that every node can answer.

pub mod account_data;
pub mod accounts;
pub mod backup;
mod core;
pub mod devices;
pub mod e2ee;
mod error;
pub mod filters;
pub mod neighbours;
mod notes;
pub mod presence;
pub mod profiles;
pub mod push_rules;
pub mod pushers;
pub mod reports;
mod settings;
pub mod to_device;
pub mod tokens;
pub mod uia;
mod upgrades;
mod users;
mod view;

#[cfg(test)]
mod tests;

pub use self::{
    account_data::{AccountData, Data, Tags},
    accounts::{Account, Accounts, Claim, Directory, Kind, NewAccount, SharedSecret},
    backup::{Backups, RoomSessions, Scope, Stored, Version},
    devices::{Device, Devices, Login, Session},
    e2ee::{
        AskedAt, Claimed, DeviceChange, DeviceLists, Failures, KeyCounts, Keys, Queried, RemoteKeys,
        SigningKeys,
    },
    error::{Result, UserError},
    filters::Filters,
    neighbours::{NeighbourChanges, Neighbours},
    notes::{keys_changed_in, presence_changed_in},
    presence::{HeardPresence, Presence, Shown, Syncing},
    profiles::{Looks, Profile, Profiles},
    push_rules::{NewRule, PushRules},
    pushers::{Pushers, StoredPusher},
    reports::Reports,
    settings::{Limits, Settings},
    to_device::ToDevice,
    tokens::{AuthError, Identity, Issued, Tokens},
    uia::{Operation, Uia, UiaError},
    users::{Parts, Users, UsersDeps},
};
