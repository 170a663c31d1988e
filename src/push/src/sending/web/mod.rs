//! Web Push: the server brings pushes to the push service of a browser itself, encrypted so that only the browser reads them
//! (MSC4174; RFC 8030, 8188, 8291, 8292).

mod encrypt;
mod payload;
mod subscription;
mod vapid;

pub use self::subscription::{WrongSubscription, check_subscription, is_web_push};
pub(super) use self::vapid::Vapid;

use self::subscription::Subscription;
use super::{
    Inner, WITHIN,
    notice::{Notice, Priority},
    outcome::Outcome,
};
use http::{HeaderValue, Method, Request, StatusCode, header};
use serde_json::Value;
use users::pushers::StoredPusher;

/// How long a push service keeps an event for a browser that is not there, in seconds.
const KEEP_EVENT: u32 = 24 * 3600;
/// How long it keeps unread counts.
const KEEP_COUNTS: u32 = 3600;

impl Inner {
    /// Brings a push to the push service of a browser.
    pub(super) async fn to_push_service(&self, pusher: &StoredPusher, notice: &Notice) -> Outcome {
        let request = match self.web_push(pusher, notice) {
            Ok(request) => request,
            // What was checked when the pusher was set does not come about.
            Err(why) => return Outcome::Refused(why),
        };
        match self.client.exchange(request, WITHIN).await {
            Ok(answer) if answer.status().is_success() => Outcome::Taken,
            Ok(answer) if matches!(answer.status(), StatusCode::NOT_FOUND | StatusCode::GONE) => {
                Outcome::Gone
            }
            Ok(answer) => Outcome::of_status(answer.status(), answer.headers()),
            Err(error) => error.into(),
        }
    }

    fn web_push(&self, pusher: &StoredPusher, notice: &Notice) -> Result<Request<Vec<u8>>, String> {
        let data = pusher.json.get("data").unwrap_or(&Value::Null);
        let subscription = Subscription::of(&pusher.pushkey, data).map_err(|wrong| wrong.to_string())?;
        let payload = payload::payload(data, notice);
        let body = encrypt::encrypt(&subscription, self.entropy.as_ref(), &payload);
        let now = self.clock.now_ms() / 1000;
        let identity = self.vapid.header(&subscription.endpoint.origin().ascii_serialization(), now);
        let of_event = notice.brief.contains_key("event_id");
        let (keep, urgency) = match (of_event, notice.priority) {
            (true, Priority::High) => (KEEP_EVENT, "high"),
            (true, Priority::Low) => (KEEP_EVENT, "normal"),
            (false, _) => (KEEP_COUNTS, "low"),
        };
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(subscription.endpoint.as_str())
            .header(header::AUTHORIZATION, identity)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("TTL", keep)
            .header("Urgency", urgency)
            .body(body)
            .map_err(|error| error.to_string())?;
        if !of_event {
            // Only the last counts are worth anything.
            request.headers_mut().insert("topic", HeaderValue::from_static("unread"));
        }
        Ok(request)
    }
}
