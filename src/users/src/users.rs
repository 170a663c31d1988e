//! The handle that everything else holds, and what concerns several parts at once.

use crate::{
    account_data::AccountData,
    accounts::{Accounts, Directory, SharedSecret},
    backup::Backups,
    core::Core,
    devices::Devices,
    e2ee::Keys,
    error::Result,
    filters::Filters,
    neighbours::Neighbours,
    notes::{self, Stale},
    presence::{self, Presence},
    profiles::Profiles,
    push_rules::PushRules,
    pushers::Pushers,
    reports::Reports,
    settings::Settings,
    to_device::ToDevice,
    tokens::{self, Tokens},
    uia::Uia,
};
use config::{clock::SharedClock, random::SharedEntropy};
use rooms::{MemberChange, Membership, Rooms, UserNum};
use ruma::{OwnedServerName, UserId};
use std::{ops::Deref, sync::Arc, time::Duration};
use storage::Store;

/// How often what is too old is cleared away.
const TIDY: Duration = Duration::from_hours(1);
/// How long somebody who changed their profile waits for their rooms to know.
const SPREAD: Duration = Duration::from_secs(2);

/// What [`Users::open`] is given.
pub struct UsersDeps {
    /// The database.
    pub store: Store,
    /// The rooms that people are in.
    pub rooms: Rooms,
    /// Time.
    pub clock: SharedClock,
    /// For tokens and salts.
    pub entropy: SharedEntropy,
    /// This server.
    pub server_name: OwnedServerName,
    /// What the operator decided.
    pub settings: Settings,
}

/// All people of this server. Cheap to clone.
#[derive(Clone)]
pub struct Users(Arc<Parts>);

/// The parts, one for each responsibility.
pub struct Parts {
    /// Who has an account.
    pub accounts: Arc<Accounts>,
    /// Finding people.
    pub directory: Arc<Directory>,
    /// Where people are logged in.
    pub devices: Arc<Devices>,
    /// Who sent a request.
    pub tokens: Arc<Tokens>,
    /// User-interactive authentication.
    pub uia: Uia,
    /// Registration by scripts.
    pub shared_secret: SharedSecret,
    /// What people say about themselves.
    pub profiles: Arc<Profiles>,
    /// What clients keep on the server.
    pub account_data: Arc<AccountData>,
    /// What notifies whom.
    pub push_rules: Arc<PushRules>,
    /// Where notifications go.
    pub pushers: Pushers,
    /// What people report.
    pub reports: Reports,
    /// Stored filters.
    pub filters: Filters,
    /// Who is here.
    pub presence: Arc<Presence>,
    /// Who came into whose sight.
    pub neighbours: Neighbours,
    /// Keys for end-to-end encryption.
    pub keys: Arc<Keys>,
    /// Backed-up room keys.
    pub backups: Backups,
    /// Messages from device to device.
    pub to_device: Arc<ToDevice>,
    core: Arc<Core>,
}

impl Deref for Users {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Users {
    /// Opens the people of a database; at the first start it makes the secret that tokens are signed with.
    pub async fn open(deps: UsersDeps) -> Result<Self> {
        let UsersDeps { store, rooms, clock, entropy, server_name, settings } = deps;
        let shared_secret = SharedSecret::new(settings.shared_secret.clone(), clock.clone(), entropy.clone());
        let core = Arc::new(Core::new(store, rooms, clock, entropy, server_name, settings));
        follow(&core);
        let secret = tokens::secret(&core).await?;
        let tokens = Tokens::new(core.clone(), &secret);
        let devices = Arc::new(Devices::new(core.clone(), tokens.clone()));
        let accounts = Arc::new(Accounts::new(core.clone(), devices.clone())?);
        let account_data = AccountData::new(core.clone());
        Ok(Self(Arc::new(Parts {
            directory: Directory::new(core.clone()),
            uia: Uia::new(core.clone(), accounts.clone()),
            profiles: Profiles::new(core.clone()),
            push_rules: PushRules::new(core.clone(), account_data.clone()),
            pushers: Pushers::new(core.clone()),
            reports: Reports::new(core.clone()),
            filters: Filters::new(core.clone()),
            presence: Presence::new(core.clone()),
            neighbours: Neighbours::new(core.clone()),
            keys: Keys::new(core.clone()),
            backups: Backups::new(core.clone()),
            to_device: ToDevice::new(core.clone()),
            accounts,
            devices,
            tokens,
            shared_secret,
            account_data,
            core,
        })))
    }

    /// Closes an account for good (spec `POST /account/deactivate`): the person leaves all rooms and turns down all invites, then
    /// devices, keys and data go. With `erase` what they have sent has no content any more for whoever was not there. A room that
    /// can't be left does not keep the account open.
    pub async fn deactivate(&self, user: &UserId, erase: bool) -> Result<()> {
        let num = self.core.local(user)?;
        let rooms = self.core.rooms.rooms_of(num)?;
        for (room, info) in rooms.iter() {
            if !matches!(info.state, Membership::Join | Membership::Invite | Membership::Knock) {
                continue;
            }
            let id = self.core.ids().room_id(room)?;
            let left = if self.core.rooms.is_outside(room, user)? {
                self.core.rooms.leave_outside(&id, user, &MemberChange::default()).await
            } else {
                self.core.rooms.leave(&id, user, MemberChange::default()).await.map(drop)
            };
            if let Err(error) = left {
                tracing::warn!(%error, room = %id, %user, "a deactivated user could not leave a room");
            }
        }
        if erase {
            self.core.rooms.erase(num).await?;
        }
        self.accounts.close(user, erase).await
    }

    /// Has all rooms of a local user, and those who see them, know their profile. It returns when they do or after a moment, and
    /// then goes on by itself.
    pub async fn spread_profile(&self, user: UserNum) {
        let users = self.clone();
        let task = tokio::spawn(async move {
            let spread = users.profiles.spread(user).await.and_then(|()| users.presence.tell_again(user));
            if let Err(error) = spread {
                tracing::warn!(%error, "a changed profile did not reach all rooms");
            }
        });
        if tokio::time::timeout(SPREAD, task).await.is_err() {
            tracing::debug!("a changed profile is still on its way to the rooms");
        }
    }

    /// Starts what happens by itself: people idle and go, old rows are cleared away, what a restart cut short goes on. It
    /// ends with the last handle.
    pub fn start(&self) {
        self.go_on_spreading();
        let parts = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut turn = tokio::time::interval(presence::TICK);
            turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            let mut until_tidy = TIDY;
            loop {
                turn.tick().await;
                let Some(parts) = parts.upgrade() else { return };
                if let Err(error) = parts.presence.tick() {
                    tracing::warn!(%error, "presence could not be brought up to date");
                }
                until_tidy = until_tidy.saturating_sub(presence::TICK);
                if until_tidy.is_zero() {
                    until_tidy = TIDY;
                    if let Err(error) = parts.reports.tidy().await {
                        tracing::warn!(%error, "old reports could not be cleared away");
                    }
                    if let Err(error) = parts.to_device.tidy().await {
                        tracing::warn!(%error, "old transaction ids could not be cleared away");
                    }
                }
            }
        });
    }
}

impl Users {
    fn go_on_spreading(&self) {
        match self.profiles.marked() {
            Ok(marked) => {
                for user in marked {
                    let users = self.clone();
                    tokio::spawn(async move { users.spread_profile(user).await });
                }
            }
            Err(error) => tracing::warn!(%error, "changed profiles could not be looked for"),
        }
    }
}

/// Has the parts hear of what becomes stale, from the log.
fn follow(core: &Arc<Core>) {
    core.store.feed(core, |core, group| {
        let all = group.parts.iter().flat_map(|part| &part.notes);
        for note in all.filter(|note| note.kind == notes::STALE) {
            if let Some(what) = Stale::decode(&note.bytes) {
                core.stale(what);
            }
        }
    });
}
