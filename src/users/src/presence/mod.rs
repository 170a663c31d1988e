//! Presence: who is here (spec "Presence").
//!
//! Promises: what people do costs memory only; the log hears of it when a state or status changes, and then those who are here now
//! and share a room are woken, nobody else. Several devices are one person. What others are shown is made from the notes in the log, so every node
//! shows the same; the last state is written lazily with its note. Whoever comes back after a while hears of all that changed meanwhile.

mod heard;
mod person;
mod shown;

pub use self::{heard::HeardPresence, shown::Shown};

use self::{
    person::{Person, State, Times, Told},
    shown::{Everybody, PresenceNote},
};
use crate::{
    core::{Core, user_topic},
    error::{Result, UserError},
    notes,
    tokens::Identity,
};
use parking_lot::Mutex;
use rooms::ids::UserNum;
use ruma::presence::PresenceState;
use rustc_hash::FxHashMap;
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
    time::Duration,
};
use storage::{Position, tables};

/// Longest status, in bytes.
const LONGEST_STATUS: usize = 2_048;
/// How often time is looked at.
pub(crate) const TICK: Duration = Duration::from_secs(5);

/// Who is here.
pub struct Presence {
    core: Arc<Core>,
    times: Times,
    people: Mutex<FxHashMap<UserNum, Person>>,
    shown: Arc<Everybody>,
    heard: Mutex<heard::LastHeard>,
}

/// A long poll in progress; its end is noticed when it is dropped.
#[must_use = "the person counts as syncing until it is dropped"]
pub struct Syncing {
    presence: Option<Arc<Presence>>,
    user: UserNum,
    device: u64,
}

impl Drop for Syncing {
    fn drop(&mut self) {
        if let Some(presence) = &self.presence {
            let now = presence.core.now_ms();
            if let Some(person) = presence.people.lock().get_mut(&self.user) {
                person.sync_ends(self.device, now);
            }
        }
    }
}

impl Presence {
    pub(crate) fn new(core: Arc<Core>) -> Arc<Self> {
        let times = Times {
            idle_ms: core.settings.presence.idle_after.as_millis(),
            offline_ms: core.settings.presence.offline_after.as_millis(),
        };
        let shown = Arc::new(Everybody::default());
        core.store.feed(&shown, Everybody::observe);
        Arc::new(Self { core, times, people: Mutex::default(), shown, heard: Mutex::default() })
    }

    /// Whether presence is kept at all.
    pub fn enabled(&self) -> bool {
        self.core.settings.presence.enabled
    }

    /// A long poll of a device begins; it ends when the value is dropped. `state` is the request's `set_presence`.
    ///
    /// When that changes how others see the person, it is in the log before this returns: what is read then does not
    /// leave out a change that would be news right afterwards.
    pub async fn syncing(self: &Arc<Self>, who: &Identity, state: &PresenceState) -> Result<Syncing> {
        let device = who.device.0;
        if !self.enabled() {
            return Ok(Syncing { presence: None, user: who.user, device });
        }
        let ticket = self.apply(who.user, |person, now| person.sync_begins(device, state, now))?;
        let syncing = Syncing { presence: Some(self.clone()), user: who.user, device };
        if let Some(ticket) = ticket {
            ticket.await?;
        }
        Ok(syncing)
    }

    /// The person did something: sent a message, read one, typed.
    pub fn active(&self, who: &Identity) -> Result<()> {
        self.change(who.user, |person, now| person.acts(who.device.0, now))
    }

    /// The person says how they are (spec `PUT /presence/{userId}/status`).
    pub async fn set(&self, who: &Identity, state: &PresenceState, status_msg: Option<&str>) -> Result<()> {
        if !matches!(state, PresenceState::Online | PresenceState::Offline | PresenceState::Unavailable) {
            return Err(UserError::invalid("presence is \"online\", \"offline\" or \"unavailable\"."));
        }
        if status_msg.is_some_and(|status| status.len() > LONGEST_STATUS) {
            return Err(UserError::TooLarge("The status is too long.".into()));
        }
        let ticket = self.apply(who.user, |person, now| {
            person.chooses(who.device.0, state, now);
            person.status_msg = status_msg.filter(|status| !status.is_empty()).map(str::to_owned);
        })?;
        if let Some(ticket) = ticket {
            ticket.await?;
        }
        Ok(())
    }

    /// Tells those who are here once more how somebody is, since what they are called has changed (spec "Events on Change
    /// of Profile Information").
    pub fn tell_again(&self, user: UserNum) -> Result<()> {
        let here = match self.people.lock().get_mut(&user) {
            Some(person) => person.told.take_if(|told| told.state != State::Offline).is_some(),
            None => false,
        };
        if here { self.change(user, |_, _| ()) } else { Ok(()) }
    }

    /// What is known about somebody; offline if nothing.
    pub fn get(&self, user: UserNum) -> Result<Shown> {
        let now = self.core.now_ms();
        if let Some(person) = self.people.lock().get(&user) {
            return Ok(Shown {
                user,
                state: person.state(self.times, now).into(),
                status_msg: person.status_msg.clone(),
                last_active_ago_ms: (person.active_ms() > 0).then(|| now.saturating_sub(person.active_ms())),
                currently_active: person.is_currently_active(self.times, now),
            });
        }
        match self.shown.get(user) {
            Some(note) => Ok(note.shown(now)),
            None => Ok(self.stored(user)?.map_or_else(|| Shown::unknown(user), |note| note.shown(now))),
        }
    }

    /// The presence of everybody who shares a room with `viewer` and whose changed after `since`, up to `upto`, the viewer included,
    /// and of those of the `newcomers` about whom something is known.
    pub fn changes(
        &self,
        viewer: UserNum,
        (since, upto): (Position, Position),
        newcomers: &BTreeSet<UserNum>,
    ) -> Result<Vec<Shown>> {
        let now = self.core.now_ms();
        let mut seen = Vec::new();
        let mut notes = self.shown.between(since, upto);
        if !newcomers.is_empty() {
            let told: HashSet<UserNum> = notes.iter().map(PresenceNote::user).collect();
            let untold = newcomers.iter().filter(|user| !told.contains(user));
            notes.extend(untold.filter_map(|user| self.shown.get(*user)));
        }
        for note in notes {
            if note.user() == viewer || self.core.rooms.share_room(viewer, note.user())? {
                // Not as it was told then, but as it is: how long ago somebody was active has gone on.
                let mut shown = note.shown(now);
                if let Some(person) = self.people.lock().get(&note.user()) {
                    shown.last_active_ago_ms = Some(now.saturating_sub(person.active_ms()));
                    shown.currently_active = person.is_currently_active(self.times, now);
                }
                seen.push(shown);
            }
        }
        Ok(seen)
    }

    /// Lets time pass: people idle and go. Called every [`TICK`].
    pub(crate) fn tick(&self) -> Result<()> {
        let now = self.core.now_ms();
        let mut changed = Vec::new();
        {
            let mut people = self.people.lock();
            people.retain(|_, person| {
                person.is_live() || person.told.as_ref().is_none_or(|told| told.state != State::Offline)
            });
            for (user, person) in people.iter_mut().filter(|(_, person)| person.is_live()) {
                person.time_passes(self.times, now);
                let state = person.state(self.times, now);
                if person.told.as_ref().is_some_and(|told| told.state != state) {
                    changed.push(*user);
                }
            }
        }
        for user in changed {
            self.change(user, |_, _| ())?;
        }
        self.forget_silent(now)
    }

    fn change(&self, user: UserNum, change: impl FnOnce(&mut Person, u64)) -> Result<()> {
        // Nobody waits: it is in memory already, and others hear of it when it is their turn.
        self.apply(user, change).map(drop)
    }

    /// Changes somebody and, if others have to know, tells the log.
    fn apply(&self, user: UserNum, change: impl FnOnce(&mut Person, u64)) -> Result<Option<storage::Ticket>> {
        if !self.enabled() {
            return Ok(None);
        }
        let now = self.core.now_ms();
        let mut people = self.people.lock();
        let mut before = None;
        if !people.contains_key(&user) {
            // The table is not read while everybody else waits.
            drop(people);
            before = self.stored(user)?;
            people = self.people.lock();
        }
        let person = people.entry(user).or_insert_with(|| {
            let mut person = Person::default();
            if let Some(before) = before {
                person.status_msg.clone_from(&before.status_msg);
                person.was_active_at(before.active_ms);
                person.told = Some(Told { state: State::Offline, status_msg: before.status_msg });
            }
            person
        });
        let was_live = person.is_live();
        change(person, now);
        person.time_passes(self.times, now);
        let told = Told { state: person.state(self.times, now), status_msg: person.status_msg.clone() };
        let silent = person.told.is_none() && told.state == State::Offline && told.status_msg.is_none();
        if silent || person.told.as_ref() == Some(&told) {
            if was_live || !person.is_live() {
                return Ok(None);
            }
            // Back without showing it: what changed meanwhile did not touch their topic.
            let mut commit = Core::lazy();
            commit.topic(user_topic(user));
            return Ok(Some(self.core.store.submit(commit)?));
        }
        person.told = Some(told.clone());
        let note = PresenceNote {
            user: user.0,
            state: told.state,
            status_msg: told.status_msg,
            active_ms: person.active_ms(),
            currently_active: person.is_currently_active(self.times, now),
        };
        let here: Vec<UserNum> =
            people.iter().filter(|(_, person)| person.is_live()).map(|(user, _)| *user).collect();
        // In the queue before the lock is given back, so that notes about one person are in the order of their changes.
        let ticket = self.tell(&note, &here)?;
        Ok(Some(ticket))
    }

    fn tell(&self, note: &PresenceNote, here: &[UserNum]) -> Result<storage::Ticket> {
        let mut commit = Core::lazy();
        commit.topic(user_topic(note.user()));
        for user in here {
            if *user != note.user() && self.core.rooms.share_room(*user, note.user())? {
                commit.topic(user_topic(*user));
            }
        }
        commit.put_record(tables::PRESENCE, &note.user, note);
        commit.note(notes::PRESENCE, note.encode()?);
        Ok(self.core.store.submit(commit)?)
    }

    /// The last state of somebody not seen since the start: they are offline by now.
    fn stored(&self, user: UserNum) -> Result<Option<PresenceNote>> {
        let note: Option<PresenceNote> = self.core.store.get_record(tables::PRESENCE, &user.0)?;
        Ok(note.map(|note| PresenceNote { state: State::Offline, currently_active: false, ..note }))
    }
}
