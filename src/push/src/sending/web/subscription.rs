//! Where a browser takes pushes, and whom they are encrypted for.

use base64::{
    Engine as _,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use p256::PublicKey;
use serde_json::Value;
use url::Url;

/// Base64url, padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A push subscription of a browser.
pub(super) struct Subscription {
    /// The push service, with a path that is a secret of the browser.
    pub(super) endpoint: Url,
    /// The browser's public key.
    pub(super) key: PublicKey,
    /// What the browser and this server alone know.
    pub(super) auth: [u8; 16],
}

/// What is wrong with a subscription, for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongSubscription {
    /// A part is not there.
    #[error("A pusher for Web Push needs {0}.")]
    Missing(&'static str),
    /// A part makes no sense.
    #[error("{0}")]
    Invalid(&'static str),
}

/// Whether a pusher of this kind is one for Web Push (MSC4174).
pub fn is_web_push(kind: &str) -> bool {
    matches!(kind, "webpush" | "org.matrix.msc4174.webpush")
}

/// Whether the push key and the data of a pusher are a subscription that can be pushed to.
///
/// # Errors
/// When they are none.
pub fn check_subscription(pushkey: &str, data: &Value) -> Result<(), WrongSubscription> {
    Subscription::of(pushkey, data).map(drop)
}

impl Subscription {
    pub(super) fn of(pushkey: &str, data: &Value) -> Result<Self, WrongSubscription> {
        let text = |key: &str| data.get(key).and_then(Value::as_str);
        let endpoint =
            text("url").or_else(|| text("endpoint")).ok_or(WrongSubscription::Missing("data.url"))?;
        let endpoint = Url::parse(endpoint).ok().filter(|url| url.scheme() == "https" && url.has_host());
        let endpoint = endpoint.ok_or(WrongSubscription::Invalid(
            "The data.url of a pusher for Web Push is an https address.",
        ))?;
        let auth = text("auth").ok_or(WrongSubscription::Missing("data.auth"))?;
        let auth = BASE64.decode(auth).ok().and_then(|bytes| bytes.try_into().ok());
        let auth = auth.ok_or(WrongSubscription::Invalid(
            "The data.auth of a pusher for Web Push is 16 bytes in base64url.",
        ))?;
        let key = BASE64.decode(pushkey).ok().filter(|bytes| bytes.len() == 65);
        let key = key.and_then(|bytes| PublicKey::from_sec1_bytes(&bytes).ok());
        let key = key.ok_or(WrongSubscription::Invalid(
            "The pushkey of a pusher for Web Push is a P-256 public key, uncompressed, in base64url.",
        ))?;
        Ok(Self { endpoint, key, auth })
    }
}
