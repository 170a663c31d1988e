//! Message encryption for Web Push (RFC 8291), as one record of `aes128gcm` (RFC 8188).

use super::subscription::Subscription;
use aes_gcm::{Aes128Gcm, KeyInit, aead::Aead};
use config::random::Entropy;
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey, elliptic_curve::sec1::ToSec1Point};
use sha2::Sha256;

/// The largest message that push services have to take.
const RECORD: u32 = 4096;
/// What is in a message besides the text: salt, record size, key with its length, the mark of the end, and the tag.
const OVERHEAD: usize = 16 + 4 + 1 + 65 + 1 + 16;
/// The longest text.
pub(super) const MOST: usize = RECORD as usize - OVERHEAD;

/// Encrypts a text of at most [`MOST`] bytes for whoever has the subscription's private key.
pub(super) fn encrypt(subscription: &Subscription, entropy: &dyn Entropy, text: &[u8]) -> Vec<u8> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    encrypt_with(subscription, &secret_key(entropy), salt, text)
}

/// A key pair of P-256.
pub(super) fn secret_key(entropy: &dyn Entropy) -> SecretKey {
    let mut bytes = [0; 32];
    loop {
        entropy.fill(&mut bytes);
        // Nearly every number is a key.
        if let Ok(key) = SecretKey::from_slice(&bytes) {
            return key;
        }
    }
}

/// The uncompressed form of a public key: 65 bytes.
pub(super) fn uncompressed(key: &PublicKey) -> Vec<u8> {
    key.to_sec1_point(false).as_bytes().to_vec()
}

fn encrypt_with(subscription: &Subscription, sender: &SecretKey, salt: [u8; 16], text: &[u8]) -> Vec<u8> {
    let (reader, own) = (uncompressed(&subscription.key), uncompressed(&sender.public_key()));
    let shared = sender.diffie_hellman(&subscription.key);
    let info = [b"WebPush: info\0", reader.as_slice(), &own].concat();
    let secret: [u8; 32] = derive(&subscription.auth, shared.raw_secret_bytes(), &info);
    let key: [u8; 16] = derive(&salt, &secret, b"Content-Encoding: aes128gcm\0");
    let nonce: [u8; 12] = derive(&salt, &secret, b"Content-Encoding: nonce\0");
    // The mark of the last record.
    let record = [text, &[2]].concat();
    let sealed = Aes128Gcm::new(&key.into())
        .encrypt(&nonce.into(), record.as_slice())
        .expect("a record is far below what AES-GCM can take");
    let id_length = [65];
    [&salt[..], &RECORD.to_be_bytes(), &id_length, &own, &sealed].concat()
}

fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(info, &mut bytes)
        .expect("HKDF gives more bytes than any key has");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    use serde_json::json;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    /// RFC 8291, section 5 and appendix A.
    #[test]
    fn the_message_of_the_standard_comes_out() {
        let reader =
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let data = json!({"url": "https://push.example/x", "auth": "BTBZMqHH6r4Tts7J_aSIgg"});
        let subscription = Subscription::of(reader, &data).expect("a subscription");
        let sender = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().expect("16 bytes");
        let text = b"When I grow up, I want to be a watermelon";
        let message = encrypt_with(&subscription, &sender.expect("a key"), salt, text);
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(&message), expected);
        assert_eq!(
            encrypt_with(
                &subscription,
                &SecretKey::from_slice(&[1; 32]).expect("a key"),
                salt,
                &[b'x'; MOST]
            )
            .len(),
            4096
        );
    }
}
