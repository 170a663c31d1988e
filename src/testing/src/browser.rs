//! A browser's side of Web Push: it subscribes, reads what is pushed to it (RFC 8291), and looks who pushed (RFC 8292).

use crate::{PushPoint, Pushed};
use aes_gcm::{Aes128Gcm, KeyInit, aead::Aead};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use config::{
    clock::{Clock as _, SystemClock},
    random::{Entropy as _, SystemEntropy},
};
use hkdf::Hkdf;
use p256::{
    PublicKey, SecretKey,
    ecdsa::{Signature, VerifyingKey, signature::Verifier},
    elliptic_curve::sec1::ToSec1Point,
};
use serde_json::{Value, json};
use sha2::Sha256;

/// A subscription of a browser.
pub struct Browser {
    key: SecretKey,
    auth: [u8; 16],
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

impl Browser {
    /// One with keys of its own.
    pub fn new() -> Self {
        let (mut key, mut auth) = ([0; 32], [0; 16]);
        SystemEntropy.fill(&mut key);
        SystemEntropy.fill(&mut auth);
        Self { key: SecretKey::from_slice(&key).expect("nearly every number is a key"), auth }
    }

    /// The public key, as a pusher names it.
    pub fn pushkey(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.public())
    }

    /// A pusher for the subscription at a path of a push service.
    pub fn pusher(&self, service: &PushPoint, path: &str) -> Value {
        json!({
            "kind": "org.matrix.msc4174.webpush",
            "app_id": "org.example.web",
            "pushkey": self.pushkey(),
            "app_display_name": "Web",
            "device_display_name": "Browser",
            "lang": "en",
            "data": { "url": service.url(path), "auth": BASE64_URL_SAFE_NO_PAD.encode(self.auth) },
        })
    }

    /// What a push says.
    pub fn read(&self, pushed: &Pushed) -> Value {
        assert_eq!(pushed.header("content-encoding"), "aes128gcm");
        let body = &pushed.body;
        assert!(body.len() <= 4096, "{} bytes are too many", body.len());
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert!(size == 4096_u32.to_be_bytes() && rest[0] == 65, "one record, and a key before it");
        let (sender, sealed) = rest[1..].split_at(65);
        let shared = self.key.diffie_hellman(&PublicKey::from_sec1_bytes(sender).expect("a key"));
        let info = [b"WebPush: info\0", self.public().as_slice(), sender].concat();
        let secret = derive(&self.auth, shared.raw_secret_bytes(), &info, 32);
        let key = derive(salt, &secret, b"Content-Encoding: aes128gcm\0", 16);
        let nonce: [u8; 12] =
            derive(salt, &secret, b"Content-Encoding: nonce\0", 12).try_into().expect("12 bytes");
        let cipher = Aes128Gcm::new_from_slice(&key).expect("16 bytes");
        let mut text = cipher.decrypt(&nonce.into(), sealed).expect("it is for this browser");
        assert_eq!(text.pop(), Some(2), "it is the last record");
        serde_json::from_slice(&text).expect("JSON")
    }

    fn public(&self) -> Vec<u8> {
        self.key.public_key().to_sec1_point(false).as_bytes().to_vec()
    }
}

/// The claims of whoever pushed, who must have the key that the browser subscribed to.
pub fn vapid_claims(pushed: &Pushed, public_key: &str) -> Value {
    let header = pushed.header("authorization").strip_prefix("vapid t=").expect("a VAPID header");
    let (token, key) = header.split_once(", k=").expect("a key");
    assert_eq!(key, public_key);
    let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let key = VerifyingKey::from_sec1_bytes(&decode(key)).expect("a key");
    let signature = Signature::from_slice(&decode(signature)).expect("64 bytes");
    key.verify(signed.as_bytes(), &signature).expect("signed by the key");
    let (head, claims) = signed.split_once('.').expect("two parts");
    let head: Value = serde_json::from_slice(&decode(head)).expect("JSON");
    assert_eq!(head, json!({"typ": "JWT", "alg": "ES256"}));
    let claims: Value = serde_json::from_slice(&decode(claims)).expect("JSON");
    let left = claims["exp"].as_u64().expect("a time").saturating_sub(SystemClock.now_ms() / 1000);
    assert!((60..=24 * 3600).contains(&left), "good for {left} s");
    claims
}

fn derive(salt: &[u8], secret: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut bytes).expect("not too many bytes");
    bytes
}
