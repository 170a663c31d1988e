//! Values as people write them: `"10 MiB"`, `"15m"`, `"5/s burst 20"`.

use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A number of bytes, written as `"10 MiB"`, `"500 kB"` or a plain number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(u64);

impl ByteSize {
    /// So many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// So many times 1024 × 1024 bytes.
    pub const fn mib(mebibytes: u64) -> Self {
        Self(mebibytes * 1024 * 1024)
    }

    /// The number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// The number of bytes as a length in memory.
    pub fn as_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

const SIZES: &[(&str, u64)] = &[
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_largest(f, self.0, &SIZES[..3], " ").unwrap_or_else(|| write!(f, "{} B", self.0))
    }
}

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help = || format!("{text:?} is no size; write it like \"10 MiB\"");
        let (number, unit) = split_number(text).ok_or_else(help)?;
        let scale = match unit {
            "" => 1,
            unit => unit_scale(SIZES, unit).ok_or_else(help)?,
        };
        number.checked_mul(scale).map(Self).ok_or_else(help)
    }
}

/// A length of time, written as `"15m"`, `"7d"`, `"500ms"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(Duration);

impl Period {
    /// So many milliseconds.
    pub const fn millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }

    /// So many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// So many minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self::seconds(minutes * 60)
    }

    /// So many days.
    pub const fn days(days: u64) -> Self {
        Self::minutes(days * 24 * 60)
    }

    /// The same as the standard library has it.
    pub const fn duration(self) -> Duration {
        self.0
    }

    /// In milliseconds, as timestamps are.
    pub fn as_millis(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }
}

const PERIODS: &[(&str, u64)] =
    &[("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_largest(f, self.as_millis(), PERIODS, "").unwrap_or_else(|| f.write_str("0s"))
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help =
            || format!("{text:?} is no length of time; write it like \"30s\", \"15m\", \"2h\" or \"7d\"");
        let (number, unit) = split_number(text).ok_or_else(help)?;
        let scale = unit_scale(PERIODS, unit).ok_or_else(help)?;
        number.checked_mul(scale).map(Self::millis).ok_or_else(help)
    }
}

/// How often something may happen, written as `"5/s burst 20"` or `"3/min burst 5"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many times in each `per`, in the long run.
    pub count: NonZeroU32,
    /// The time that `count` is for: a second, a minute or an hour.
    pub per: Duration,
    /// How many times at once after a pause.
    pub burst: NonZeroU32,
}

impl Rate {
    /// `count` a second in the long run, `burst` at once.
    pub const fn per_second(count: u32, burst: u32) -> Self {
        Self::every(count, 1, burst)
    }

    /// `count` a minute in the long run, `burst` at once.
    pub const fn per_minute(count: u32, burst: u32) -> Self {
        Self::every(count, 60, burst)
    }

    const fn every(count: u32, seconds: u64, burst: u32) -> Self {
        let (Some(count), Some(burst)) = (NonZeroU32::new(count), NonZeroU32::new(burst)) else {
            panic!("a rate of nothing")
        };
        Self { count, per: Duration::from_secs(seconds), burst }
    }

    /// The time after which one more is allowed.
    pub fn interval(self) -> Duration {
        self.per / self.count.get()
    }
}

const RATES: &[(&str, u64)] = &[("h", 3600), ("min", 60), ("s", 1)];

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit =
            RATES.iter().find(|(_, seconds)| *seconds == self.per.as_secs()).map_or("s", |(unit, _)| unit);
        write!(f, "{}/{unit} burst {}", self.count, self.burst)
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (rate, burst) = match text.split_once("burst") {
                Some((rate, burst)) => (rate, Some(burst.trim().parse().ok()?)),
                None => (text, None),
            };
            let (count, unit) = rate.trim().split_once('/')?;
            let count = count.trim().parse().ok()?;
            let seconds = unit_scale(RATES, unit.trim())?;
            Some(Self { count, per: Duration::from_secs(seconds), burst: burst.unwrap_or(count) })
        };
        parse().ok_or_else(|| {
            format!("{text:?} is no rate; write it like \"5/s burst 20\" or \"3/min burst 5\", with numbers above 0")
        })
    }
}

fn split_number(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim()))
}

fn unit_scale(units: &[(&str, u64)], unit: &str) -> Option<u64> {
    units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|(_, scale)| *scale)
}

/// Writes `value` in the largest unit that leaves no remainder; `None` when there is none, or it is zero.
fn write_largest(
    f: &mut fmt::Formatter<'_>,
    value: u64,
    units: &[(&str, u64)],
    space: &str,
) -> Option<fmt::Result> {
    let (name, scale) = units.iter().find(|(_, scale)| value > 0 && value.is_multiple_of(*scale))?;
    Some(write!(f, "{}{space}{name}", value / scale))
}

/// Reads a type from its text, or, where a plain number has a meaning, from that.
struct TextVisitor<T>(std::marker::PhantomData<T>, &'static str);

impl<T: FromStr<Err = String>> de::Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        number.to_string().parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        number.to_string().parse().map_err(E::custom)
    }
}

/// Serde by way of `Display` and `FromStr`.
macro_rules! as_text {
    ($type:ty, $expecting:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(TextVisitor(std::marker::PhantomData, $expecting))
            }
        }
    };
}

as_text!(ByteSize, "a size like \"10 MiB\"");
as_text!(Period, "a length of time like \"15m\"");
as_text!(Rate, "a rate like \"5/s burst 20\"");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_people_write() {
        assert_eq!("10 MiB".parse(), Ok(ByteSize::mib(10)));
        assert_eq!("10mib".parse(), Ok(ByteSize::mib(10)));
        assert_eq!("12".parse(), Ok(ByteSize::new(12)));
        assert_eq!("2 kB".parse(), Ok(ByteSize::new(2000)));
        assert_eq!("15m".parse(), Ok(Period::minutes(15)));
        assert_eq!("500 ms".parse(), Ok(Period::millis(500)));
        assert_eq!("0s".parse(), Ok(Period::seconds(0)));
        assert_eq!("5/s burst 20".parse(), Ok(Rate::per_second(5, 20)));
        assert_eq!("3 / min".parse(), Ok(Rate::per_minute(3, 3)));
        assert_eq!(Rate::per_minute(3, 5).interval(), Duration::from_secs(20));
    }

    #[test]
    fn refuses_with_an_example() {
        for text in ["", "MiB", "-1", "1.5 MiB", "10 Mio", "99999999999 GiB"] {
            assert!(text.parse::<ByteSize>().unwrap_err().contains("\"10 MiB\""), "{text}");
        }
        for text in ["", "15", "m", "15 minutes", "-3s", "99999999999999999d"] {
            assert!(text.parse::<Period>().unwrap_err().contains("\"15m\""), "{text}");
        }
        for text in ["", "5", "0/s", "5/s burst 0", "5/week", "5/s burst"] {
            assert!(text.parse::<Rate>().unwrap_err().contains("\"5/s burst 20\""), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(number: u64, millis in 0..u64::from(u32::MAX), count in 1u32.., burst in 1u32..) {
            let size = ByteSize::new(number);
            prop_assert_eq!(size.to_string().parse(), Ok(size));
            let period = Period::millis(millis);
            prop_assert_eq!(period.to_string().parse(), Ok(period));
            let rate = Rate::per_minute(count, burst);
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }
    }
}
