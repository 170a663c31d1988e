//! Chance whose beginning can be repeated.

use config::random::{Entropy as _, SeededEntropy, SystemEntropy};
use std::sync::Arc;

/// Where a run's seed can be given, to see the same acts again. When they meet is the machine's to say.
const SEED: &str = "CHATSPHERE_SEED";

/// A source of chance; clones go on from the same place.
#[derive(Clone)]
pub(super) struct Chance(Arc<SeededEntropy>);

impl Chance {
    /// From the seed that the environment names, or any. A test that fails shows which.
    #[expect(clippy::print_stdout, reason = "shown when a test fails")]
    pub(super) fn any() -> Self {
        let given = std::env::var(SEED).ok().and_then(|seed| seed.parse().ok());
        let seed: u64 = given.unwrap_or_else(|| {
            let mut bytes = [0; 4];
            SystemEntropy.fill(&mut bytes);
            u32::from_le_bytes(bytes).into()
        });
        println!("{SEED}={seed}");
        Self(Arc::new(SeededEntropy::new(seed)))
    }

    /// Another source, which takes nothing from this one.
    pub(super) fn another(&self) -> Self {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Self(Arc::new(SeededEntropy::new(u64::from_le_bytes(bytes))))
    }

    /// A number below `end`.
    pub(super) fn below(&self, end: u16) -> u16 {
        let mut bytes = [0; 2];
        self.0.fill(&mut bytes);
        u16::from_le_bytes(bytes) % end
    }

    /// One of these.
    pub(super) fn of<'a, T>(&self, some: &'a [T]) -> &'a T {
        let end = u16::try_from(some.len()).expect("not many");
        &some[usize::from(self.below(end))]
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&self, share: u16) -> bool {
        self.below(100) < share
    }
}
