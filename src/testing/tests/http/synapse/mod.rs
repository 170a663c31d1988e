//! Synapse as the other server, over HTTP against both. One file a behaviour. `./x test peers` installs Synapse and runs these.

mod encrypted;
mod ephemeral;
mod history;
mod invites;
mod knocks;
mod media;
mod moderation;
mod outage;
mod partition;
mod powers;
mod restricted;
mod scene;
mod talk;
mod upgrades;
