//! One person's presence, from what their devices do. Knows no clock: the time comes in.

use ruma::presence::PresenceState;
use rustc_hash::FxHashMap;

/// After how many milliseconds what happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) idle_ms: u64,
    pub(super) offline_ms: u64,
}

/// Recently active (spec, `currently_active`).
const ACTIVE_MS: u64 = 60_000;

/// One device of a person.
#[derive(Debug, Clone)]
struct DeviceLife {
    /// Long polls that wait now.
    syncing: u32,
    /// When it last did anything.
    seen_ms: u64,
    mood: Mood,
}

/// What a device says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Here,
    Away,
    /// It listens, and does not show itself.
    Hidden,
}

/// A person who has been seen since the server started.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    devices: FxHashMap<u64, DeviceLife>,
    /// Set by hand, and holding until the person is gone: offline ("invisible") or unavailable.
    chosen: Option<Chosen>,
    /// When they last did something.
    active_ms: u64,
    /// What others were told last.
    pub(super) told: Option<Told>,
    pub(super) status_msg: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chosen {
    Offline,
    Unavailable,
}

/// A state as others are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum State {
    Offline,
    Unavailable,
    Online,
}

impl From<State> for PresenceState {
    fn from(state: State) -> Self {
        match state {
            State::Offline => Self::Offline,
            State::Unavailable => Self::Unavailable,
            State::Online => Self::Online,
        }
    }
}

/// What others were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) state: State,
    pub(super) status_msg: Option<String>,
}

impl Person {
    /// A long poll begins; as offline, the device does not show itself.
    pub(super) fn sync_begins(&mut self, device: u64, state: &PresenceState, now: u64) {
        let mood = match state {
            PresenceState::Offline => Mood::Hidden,
            PresenceState::Unavailable => Mood::Away,
            _ => Mood::Here,
        };
        let back = self.state_of_devices() == State::Offline;
        let life = self.device(device, mood, now);
        let before = std::mem::replace(&mut life.mood, mood);
        life.syncing += 1;
        if mood != Mood::Hidden && (back || (before != Mood::Here && mood == Mood::Here)) {
            self.active_ms = now;
        }
    }

    fn device(&mut self, device: u64, mood: Mood, now: u64) -> &mut DeviceLife {
        let life = self.devices.entry(device).or_insert(DeviceLife { syncing: 0, seen_ms: now, mood });
        life.seen_ms = now;
        life
    }

    /// A long poll ends.
    pub(super) fn sync_ends(&mut self, device: u64, now: u64) {
        if let Some(life) = self.devices.get_mut(&device) {
            life.syncing = life.syncing.saturating_sub(1);
            life.seen_ms = now;
        }
    }

    /// The person does something: sends, reads, writes.
    pub(super) fn acts(&mut self, device: u64, now: u64) {
        self.active_ms = now;
        if let Some(life) = self.devices.get_mut(&device) {
            life.seen_ms = now;
            if life.mood == Mood::Away {
                life.mood = Mood::Here;
            }
        }
        if self.chosen == Some(Chosen::Unavailable) {
            self.chosen = None;
        }
    }

    /// The person says how they are.
    pub(super) fn chooses(&mut self, device: u64, state: &PresenceState, now: u64) {
        self.chosen = match state {
            PresenceState::Offline => Some(Chosen::Offline),
            PresenceState::Unavailable => Some(Chosen::Unavailable),
            _ => None,
        };
        if *state == PresenceState::Online {
            self.active_ms = now;
            // Whoever says so is here, also without a long poll.
            self.device(device, Mood::Here, now).mood = Mood::Here;
        } else if *state == PresenceState::Unavailable {
            self.device(device, Mood::Away, now).mood = Mood::Away;
        }
    }

    /// Forgets devices that have been silent for too long.
    pub(super) fn time_passes(&mut self, times: Times, now: u64) {
        self.devices
            .retain(|_, life| life.syncing > 0 || now.saturating_sub(life.seen_ms) < times.offline_ms);
        if self.devices.is_empty() && self.chosen == Some(Chosen::Unavailable) {
            self.chosen = None;
        }
    }

    /// What the person is now.
    pub(super) fn state(&self, times: Times, now: u64) -> State {
        let devices = self.state_of_devices();
        match self.chosen {
            Some(Chosen::Offline) => State::Offline,
            Some(Chosen::Unavailable) if devices != State::Offline => State::Unavailable,
            _ if devices == State::Online && now.saturating_sub(self.active_ms) >= times.idle_ms => {
                State::Unavailable
            }
            _ => devices,
        }
    }

    /// The best that any device says: several count as one person.
    fn state_of_devices(&self) -> State {
        let of = |life: &DeviceLife| match life.mood {
            Mood::Here => State::Online,
            Mood::Away => State::Unavailable,
            Mood::Hidden => State::Offline,
        };
        let best = self.devices.values().map(of).max_by_key(|state| *state as u8);
        best.unwrap_or(State::Offline)
    }

    pub(super) fn active_ms(&self) -> u64 {
        self.active_ms
    }

    pub(super) fn was_active_at(&mut self, ms: u64) {
        self.active_ms = self.active_ms.max(ms);
    }

    pub(super) fn is_currently_active(&self, times: Times, now: u64) -> bool {
        self.state(times, now) == State::Online && now.saturating_sub(self.active_ms) < ACTIVE_MS
    }

    /// Whether they hear of others now: somebody who comes back hears all that changed meanwhile. Also, whether time can
    /// change anything.
    pub(super) fn is_live(&self) -> bool {
        !self.devices.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: Times = Times { idle_ms: 300_000, offline_ms: 30_000 };

    fn after(person: &mut Person, now: u64) -> State {
        person.time_passes(TIMES, now);
        person.state(TIMES, now)
    }

    #[test]
    fn comes_idles_and_goes() {
        let mut person = Person::default();
        assert_eq!(after(&mut person, 0), State::Offline);
        person.sync_begins(1, &PresenceState::Online, 0);
        assert_eq!(after(&mut person, 299_999), State::Online);
        assert_eq!(after(&mut person, 300_000), State::Unavailable, "idle, although syncing");
        person.acts(1, 310_000);
        assert_eq!(after(&mut person, 310_000), State::Online);
        person.sync_ends(1, 320_000);
        assert_eq!(after(&mut person, 349_999), State::Online);
        assert_eq!(after(&mut person, 350_000), State::Offline);
    }

    #[test]
    fn several_devices_are_one_person() {
        let mut person = Person::default();
        person.sync_begins(1, &PresenceState::Unavailable, 0);
        assert_eq!(after(&mut person, 0), State::Unavailable);
        person.sync_begins(2, &PresenceState::Online, 0);
        assert_eq!(after(&mut person, 0), State::Online);
        person.sync_ends(2, 1_000);
        assert_eq!(after(&mut person, 31_000), State::Unavailable, "the other device is still there");
    }

    #[test]
    fn a_sync_as_offline_shows_nothing() {
        let mut person = Person::default();
        person.sync_begins(1, &PresenceState::Offline, 0);
        assert_eq!(after(&mut person, 0), State::Offline);
    }

    #[test]
    fn who_is_invisible_stays_so() {
        let mut person = Person::default();
        person.sync_begins(1, &PresenceState::Online, 0);
        person.chooses(1, &PresenceState::Offline, 0);
        person.acts(1, 10);
        assert_eq!(after(&mut person, 10), State::Offline);
        person.chooses(1, &PresenceState::Unavailable, 20);
        assert_eq!(after(&mut person, 20), State::Unavailable);
        person.acts(1, 30);
        assert_eq!(after(&mut person, 30), State::Online);
    }

    #[test]
    fn saying_online_lasts_as_long_as_a_request() {
        let mut person = Person::default();
        person.chooses(1, &PresenceState::Online, 0);
        assert_eq!(after(&mut person, 29_999), State::Online);
        assert_eq!(after(&mut person, 30_000), State::Offline);
    }
}
