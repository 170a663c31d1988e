//! What became of a push.

use http::{HeaderMap, StatusCode, header};
use net::{LONGEST_PAUSE, NetError};
use std::time::Duration;

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
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(of("999999999"), Some(LONGEST_PAUSE));
        assert_eq!([of("soon"), of("-1"), of("")], [None; 3]);
    }
}
