//! How long a place that did not answer, or said no, is left in peace.

use config::random::Entropy;
use std::time::Duration;

/// After the first failure.
const FIRST: Duration = Duration::from_secs(2);
/// After many.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

/// The pause after one more failure, when there were so many in a row before it: it doubles each time, and is spread between a
/// half and the whole of that, so that not all who wait come back together.
pub fn pause_after(failures: u32, entropy: &dyn Entropy) -> Duration {
    let whole = doubled(failures);
    let mut byte = [0];
    entropy.fill(&mut byte);
    whole / 2 + whole.mul_f64(f64::from(byte[0]) / 512.0)
}

fn doubled(failures: u32) -> Duration {
    FIRST.saturating_mul(1 << failures.min(16)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::random::SystemEntropy;

    #[test]
    fn pauses_double_up_to_an_hour() {
        assert_eq!([0, 1, 2, 3, 10].map(|failures| doubled(failures).as_secs()), [2, 4, 8, 16, 2_048]);
        assert_eq!([11, 12, 40, u32::MAX].map(doubled), [LONGEST_PAUSE; 4]);
    }

    #[test]
    fn they_are_spread_over_the_second_half() {
        for failures in 0..14 {
            let (whole, pause) = (doubled(failures), pause_after(failures, &SystemEntropy));
            assert!((whole / 2..=whole).contains(&pause), "{pause:?} of {whole:?}");
        }
    }
}
