//! What became of a push.

use http::{HeaderMap, StatusCode, header};
use net::NetError;
use std::time::Duration;

/// The longest that a pusher is left in peace.
pub(super) const LONGEST: Duration = Duration::from_secs(3_600);

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is on its way.
    Taken,
    /// Nobody is there any more: the pusher is to go.
    Gone,
    /// This one will never be taken.
    Refused(String),
    /// It may be taken another time, after so long if that was said.
    Failed(String, Option<Duration>),
    /// The place does not answer.
    Silence(String),
}

impl From<NetError> for Outcome {
    fn from(error: NetError) -> Self {
        Self::Silence(error.to_string())
    }
}

impl Outcome {
    /// An answer that is no success, where nothing else is known of its status.
    pub(super) fn of_status(status: StatusCode, headers: &HeaderMap) -> Self {
        let why = format!("it answers {status}");
        match status {
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE => Self::Refused(why),
            _ => Self::Failed(why, retry_after(headers)),
        }
    }
}

/// How long to wait, if that was said in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST))
}

/// How long a pusher is left in peace after so many failures in a row.
pub(super) fn backoff(failures: u32) -> Duration {
    Duration::from_secs(1 << failures.clamp(1, 12)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        assert_eq!([1, 2, 3, 11].map(|failures| backoff(failures).as_secs()), [2, 4, 8, 2_048]);
        assert_eq!([12, 13, u32::MAX].map(backoff), [LONGEST; 3]);
    }

    #[test]
    fn what_was_said_of_waiting_is_believed_within_bounds() {
        let of = |text: &'static str| {
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, text.parse().expect("a header"))]);
            match Outcome::of_status(StatusCode::TOO_MANY_REQUESTS, &headers) {
                Outcome::Failed(_, after) => after,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(of("7"), Some(Duration::from_secs(7)));
        assert_eq!(of("999999999"), Some(LONGEST));
        assert_eq!([of("soon"), of("-1"), of("")], [None; 3]);
    }
}
