//! How often one account and one address may ask (spec "Rate limiting").

use crate::{ApiError, call::Origin};
use config::{Rate, RateLimits};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use rooms::UserNum;
use std::net::IpAddr;
use users::Identity;

/// What is counted, each with an allowance of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limited {
    /// Attempts to log in.
    Login,
    /// New accounts.
    Registration,
    /// Events sent.
    Messages,
    /// Rooms made.
    Rooms,
    /// Joins and knocks.
    Joins,
    /// Invites.
    Invites,
    /// Uploads.
    Uploads,
    /// Previews of linked pages.
    Previews,
    /// Reports to those who run the server.
    Reports,
    /// Everything else.
    Requests,
}

/// Keeps the rates. Memory grows with who asked lately; [`Limits::forget_idle`] gives it back.
pub struct Limits {
    rates: Option<Rates>,
    clock: DefaultClock,
}

struct Rates {
    login: Limiter,
    registration: Limiter,
    messages: Limiter,
    rooms: Limiter,
    joins: Limiter,
    invites: Limiter,
    uploads: Limiter,
    previews: Limiter,
    reports: Limiter,
    requests: Limiter,
}

type Limiter = DefaultKeyedRateLimiter<Key>;

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Account(u64),
    Address(IpAddr),
}

impl Limits {
    /// Limits as configured; none at all when they are off.
    pub fn new(settings: &RateLimits) -> Self {
        let rates = settings.enabled.then(|| Rates {
            login: limiter(settings.login),
            registration: limiter(settings.registration),
            messages: limiter(settings.messages),
            rooms: limiter(settings.rooms),
            joins: limiter(settings.joins),
            invites: limiter(settings.invites),
            uploads: limiter(settings.uploads),
            previews: limiter(settings.previews),
            reports: limiter(settings.reports),
            requests: limiter(settings.requests),
        });
        Self { rates, clock: DefaultClock::default() }
    }

    /// Counts one request: by account where the caller has proven one, else by address.
    ///
    /// # Errors
    /// 429 `M_LIMIT_EXCEEDED` with the time to wait.
    pub(crate) fn check(
        &self,
        what: Limited,
        caller: Option<&Identity>,
        origin: &Origin,
    ) -> Result<(), ApiError> {
        self.count(what, &caller.map_or(Key::Address(origin.ip), |identity| Key::Account(identity.user.0)))
    }

    /// Counts what happens for somebody who does not ask at the moment.
    ///
    /// # Errors
    /// As for [`Limits::check`].
    pub(crate) fn check_account(&self, what: Limited, user: UserNum) -> Result<(), ApiError> {
        self.count(what, &Key::Account(user.0))
    }

    fn count(&self, what: Limited, key: &Key) -> Result<(), ApiError> {
        let Some(rates) = &self.rates else { return Ok(()) };
        rates
            .of(what)
            .check_key(key)
            .map_err(|not_until| ApiError::limit_exceeded(not_until.wait_time_from(self.clock.now())))
    }

    /// Drops the counters of those who are back at a full allowance.
    pub fn forget_idle(&self) {
        for limiter in self.rates.iter().flat_map(Rates::all) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

impl Rates {
    fn of(&self, what: Limited) -> &Limiter {
        match what {
            Limited::Login => &self.login,
            Limited::Registration => &self.registration,
            Limited::Messages => &self.messages,
            Limited::Rooms => &self.rooms,
            Limited::Joins => &self.joins,
            Limited::Invites => &self.invites,
            Limited::Uploads => &self.uploads,
            Limited::Previews => &self.previews,
            Limited::Reports => &self.reports,
            Limited::Requests => &self.requests,
        }
    }

    fn all(&self) -> [&Limiter; 10] {
        [
            &self.login,
            &self.registration,
            &self.messages,
            &self.rooms,
            &self.joins,
            &self.invites,
            &self.uploads,
            &self.previews,
            &self.reports,
            &self.requests,
        ]
    }
}

fn limiter(rate: Rate) -> Limiter {
    let quota = Quota::with_period(rate.interval())
        .expect("an interval of at least a nanosecond: counts are 32 bits wide")
        .allow_burst(rate.burst);
    RateLimiter::keyed(quota)
}
