//! The one place where randomness is read. Everything else takes an [`Entropy`].

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// A source of random bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`; from [`SystemEntropy`] they are fit for keys and tokens.
    fn fill(&self, bytes: &mut [u8]);
}

/// A source of randomness that many parts hold.
pub type SharedEntropy = Arc<dyn Entropy>;

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has a source of randomness");
    }
}

/// A source for tests: the same seed gives the same bytes. Never for secrets.
#[derive(Debug)]
pub struct SeededEntropy {
    state: AtomicU64,
}

impl SeededEntropy {
    /// A source that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed) }
    }

    /// One step of `SplitMix64`.
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let state = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}

/// `len` random characters from `A-Z`, `a-z` and `0-9`, each worth just under six bits.
pub fn token(entropy: &dyn Entropy, len: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(len);
    let mut bytes = [0; 64];
    while text.len() < len {
        entropy.fill(&mut bytes);
        // Six bits a byte; 62 and 63 are thrown away, so that every letter is equally likely.
        let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 63)));
        text.extend(letters.take(len - text.len()).map(|letter| char::from(*letter)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats() {
        let of = |seed| token(&SeededEntropy::new(seed), 40);
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }

    #[test]
    fn tokens_have_their_length_and_differ() {
        for len in [0, 1, 43, 200] {
            let text = token(&SystemEntropy, len);
            assert_eq!(text.len(), len);
            assert!(text.chars().all(|c| c.is_ascii_alphanumeric()));
        }
        assert_ne!(token(&SystemEntropy, 24), token(&SystemEntropy, 24));
    }

    #[test]
    fn every_letter_turns_up() {
        let text = token(&SeededEntropy::new(1), 5_000);
        let seen: std::collections::BTreeSet<_> = text.chars().collect();
        assert_eq!(seen.len(), 62);
    }
}
