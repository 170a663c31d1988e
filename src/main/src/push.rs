//! Starts the judging of events and the sending of pushes with what the settings say.

use crate::{StartError, boot::part, outgoing, tasks};
use ::push::{Push, PushDeps, Sender, SenderDeps};
use config::{Config, clock::SharedClock, random::SharedEntropy};
use rooms::Rooms;
use std::{sync::Arc, time::Duration};
use storage::Store;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use users::Users;

/// How long the judging may take to end.
const GRACE: Duration = Duration::from_secs(3);

/// Starts to judge who is notified, until the server stops, and to bring pushes, if they are to be brought.
pub(crate) async fn start(
    config: &Config,
    (store, rooms, users): (&Store, &Rooms, &Users),
    time_and_chance: (&SharedClock, &SharedEntropy),
    stopping: &CancellationToken,
) -> Result<(Push, JoinHandle<()>), StartError> {
    let sender = open(config, (store, rooms, users), time_and_chance, stopping).await?;
    let deps = PushDeps { store: store.clone(), rooms: rooms.clone(), users: users.clone(), sender };
    let push = Push::open(deps).map_err(|error| part("push", &error))?;
    let judging = tokio::spawn(tasks::judge(push.clone(), stopping.clone()));
    Ok((push, judging))
}

/// Waits until both have ended, once they were told to.
pub(crate) async fn stopped(judging: JoinHandle<()>, push: &Push) {
    // What it has yet to write is little; where it catches up with much, the next start goes on.
    drop(tokio::time::timeout(GRACE, judging).await);
    if let Some(sender) = push.sender() {
        sender.stopped().await;
    }
}

async fn open(
    config: &Config,
    (store, rooms, users): (&Store, &Rooms, &Users),
    (clock, entropy): (&SharedClock, &SharedEntropy),
    stopping: &CancellationToken,
) -> Result<Option<Sender>, StartError> {
    if !config.push.enabled {
        return Ok(None);
    }
    let deps = SenderDeps {
        store: store.clone(),
        rooms: rooms.clone(),
        users: users.clone(),
        client: outgoing::client(&outgoing::options(config))?,
        contact: contact(config),
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        stopping: stopping.clone(),
    };
    Sender::open(deps).await.map(Some).map_err(|error| part("push", &error))
}

/// How push services reach whoever runs this server.
fn contact(config: &Config) -> String {
    let address = config.server.public_base_url.as_ref().filter(|url| url.scheme() == "https");
    let said = config.push.contact.clone().or_else(|| address.map(ToString::to_string));
    said.unwrap_or_else(|| format!("https://{}", config.server.name))
}
