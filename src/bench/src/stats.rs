//! Percentiles of measured times.

use std::time::Duration;

/// Times in microseconds, kept one by one: a run has a few million at most, and exact percentiles need no excuse.
#[derive(Debug, Default, Clone)]
pub struct Times {
    micros: Vec<u32>,
    sorted: bool,
}

impl Times {
    /// Adds one measurement; above 71 minutes it counts as 71 minutes.
    pub fn add(&mut self, time: Duration) {
        self.micros.push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
        self.sorted = false;
    }

    /// How many measurements there are.
    pub fn len(&self) -> usize {
        self.micros.len()
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.micros.is_empty()
    }

    /// The smallest measured time, in milliseconds, that at least `percent` of all times do not exceed (nearest rank).
    /// `None` without measurements.
    pub fn percentile(&mut self, percent: f64) -> Option<f64> {
        if !self.sorted {
            self.micros.sort_unstable();
            self.sorted = true;
        }
        let rank = nearest_rank(self.micros.len(), percent)?;
        self.micros.get(rank).map(|micros| f64::from(*micros) / 1000.0)
    }

    /// The mean of the times from `from` on, at most `count` of them, in the order they were added; milliseconds.
    /// Only right before the first percentile is asked for, since that sorts.
    pub fn mean(&self, from: usize, count: usize) -> Option<f64> {
        let part: Vec<f64> =
            self.micros.iter().skip(from).take(count).map(|micros| f64::from(*micros)).collect();
        (!part.is_empty()).then(|| part.iter().sum::<f64>() / part.len() as f64 / 1000.0)
    }
}

/// The index of the nearest-rank percentile in a sorted list of `len` values.
fn nearest_rank(len: usize, percent: f64) -> Option<usize> {
    if len == 0 {
        return None;
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the product lies between 0 and len"
    )]
    let rank = (percent.clamp(0.0, 100.0) / 100.0 * len as f64).ceil() as usize;
    Some(rank.clamp(1, len) - 1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Times, nearest_rank};

    fn times(millis: impl IntoIterator<Item = u64>) -> Times {
        let mut times = Times::default();
        for time in millis {
            times.add(Duration::from_millis(time));
        }
        times
    }

    #[test]
    fn ranks_are_the_nearest_ones() {
        assert_eq!(nearest_rank(0, 50.0), None);
        assert_eq!(nearest_rank(1, 99.0), Some(0));
        assert_eq!(nearest_rank(4, 50.0), Some(1));
        assert_eq!(nearest_rank(100, 99.0), Some(98));
        assert_eq!(nearest_rank(101, 99.0), Some(99));
        assert_eq!(nearest_rank(10, 0.0), Some(0));
        assert_eq!(nearest_rank(10, 100.0), Some(9));
    }

    #[test]
    fn percentiles_do_not_depend_on_the_order() {
        let mut shuffled = times([7, 1, 9, 3, 5, 2, 8, 10, 4, 6]);
        assert_eq!(shuffled.percentile(50.0), Some(5.0));
        assert_eq!(shuffled.percentile(99.0), Some(10.0));
        shuffled.add(Duration::from_millis(0));
        assert_eq!(shuffled.percentile(50.0), Some(5.0));
        assert_eq!(times([]).percentile(50.0), None);
    }

    #[test]
    fn means_are_of_the_part_asked_for() {
        let times = times([1, 2, 3, 4]);
        assert_eq!(times.mean(0, 2), Some(1.5));
        assert_eq!(times.mean(2, 50), Some(3.5));
        assert_eq!(times.mean(4, 1), None);
    }
}
