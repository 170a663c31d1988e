//! Which thumbnails there are.

use std::{fmt, str::FromStr};

/// How a picture is fitted into a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// The middle of it, in the shape of the size.
    Crop,
    /// All of it, in its own shape.
    Scale,
}

/// A thumbnail that is made, written as `320x240 scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variant {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// How the picture is fitted.
    pub method: Method,
}

/// A thumbnail that somebody asks for; what they get is one of the operator's choice.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// In pixels.
    pub width: u64,
    /// In pixels.
    pub height: u64,
    /// How the picture is to be fitted.
    pub method: Method,
}

/// What is made when the operator names no size.
const ONLY: Variant = Variant { width: 800, height: 600, method: Method::Scale };

impl Wanted {
    /// The smallest size that is large enough, of the same method if there is one, else the largest.
    pub(crate) fn best_of(self, variants: &[Variant]) -> Variant {
        let same: Vec<_> = variants.iter().copied().filter(|one| one.method == self.method).collect();
        let candidates = if same.is_empty() { variants.to_vec() } else { same };
        let area = |one: &Variant| u64::from(one.width) * u64::from(one.height);
        let enough =
            |one: &&Variant| u64::from(one.width) >= self.width && u64::from(one.height) >= self.height;
        let smallest = candidates.iter().filter(enough).min_by_key(|one| area(one));
        let best = smallest.or_else(|| candidates.iter().max_by_key(|one| area(one)));
        best.copied().unwrap_or(ONLY)
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = match self.method {
            Method::Crop => "crop",
            Method::Scale => "scale",
        };
        write!(f, "{}x{} {method}", self.width, self.height)
    }
}

impl FromStr for Variant {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (size, method) = text.trim().split_once(' ')?;
            let (width, height) = size.split_once('x')?;
            let method = match method.trim() {
                "crop" => Method::Crop,
                "scale" => Method::Scale,
                _ => return None,
            };
            let side = |text: &str| text.parse().ok().filter(|side| (1..=4096).contains(side));
            Some(Self { width: side(width)?, height: side(height)?, method })
        };
        parse().ok_or("write it like \"320x240 scale\" or \"96x96 crop\", with sides of 1 to 4096 pixels")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sizes() -> Vec<Variant> {
        let texts = ["32x32 crop", "96x96 crop", "320x240 scale", "640x480 scale", "800x600 scale"];
        texts.iter().map(|text| text.parse().expect("a size")).collect()
    }

    fn best(width: u64, height: u64, method: Method) -> String {
        Wanted { width, height, method }.best_of(&sizes()).to_string()
    }

    #[test]
    fn what_is_asked_for_becomes_a_size_that_is_made() {
        assert_eq!(best(1, 1, Method::Crop), "32x32 crop");
        assert_eq!(best(32, 32, Method::Crop), "32x32 crop");
        assert_eq!(best(33, 1, Method::Crop), "96x96 crop");
        assert_eq!(best(2000, 2000, Method::Crop), "96x96 crop");
        assert_eq!(best(32, 32, Method::Scale), "320x240 scale");
        assert_eq!(best(320, 241, Method::Scale), "640x480 scale");
        assert_eq!(best(u64::MAX, u64::MAX, Method::Scale), "800x600 scale");
        let wanted = Wanted { width: 10, height: 10, method: Method::Crop };
        assert_eq!(wanted.best_of(&sizes()[2..]).to_string(), "320x240 scale");
        assert_eq!(wanted.best_of(&[]), ONLY);
    }

    proptest! {
        #[test]
        fn sizes_come_back_from_their_texts(width in 1_u32..=4096, height in 1_u32..=4096, crop: bool) {
            let method = if crop { Method::Crop } else { Method::Scale };
            let variant = Variant { width, height, method };
            prop_assert_eq!(variant.to_string().parse(), Ok(variant));
        }

        #[test]
        fn no_text_is_a_size_beyond_the_limits(text in "[0-9]{0,6}x[0-9]{0,6} (crop|scale|)") {
            if let Ok(variant) = text.parse::<Variant>() {
                prop_assert!(variant.width <= 4096 && variant.height <= 4096);
                prop_assert!(variant.width > 0 && variant.height > 0);
            }
        }
    }
}
