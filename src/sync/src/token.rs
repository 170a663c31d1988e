//! Where a client stands in the log.

use std::fmt;
use storage::Position;

/// A `since` or `next_batch` token: `s<position>`, or `s<position>_<position>` when a queue of to-device messages
/// was longer than one response takes; the second number is then the last message delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Everything up to here is known to the client.
    pub position: Position,
    /// To-device messages up to here are known to the client.
    pub to_device: Position,
}

impl Token {
    /// A token for a client that has everything up to `position`.
    pub fn at(position: Position) -> Self {
        Self { position, to_device: position }
    }

    /// Reads a token; `None` for anything this server has not written.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('s')?;
        let (position, to_device) = match rest.split_once('_') {
            Some((position, to_device)) => (number(position)?, number(to_device)?),
            None => (number(rest)?, number(rest)?),
        };
        (to_device <= position).then_some(Self { position, to_device })
    }
}

/// Digits alone, as `Display` writes them: no sign, no leading zero.
fn number(text: &str) -> Option<Position> {
    let canonical = text == "0" || !text.starts_with('0');
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (canonical && digits).then(|| text.parse().ok().map(Position)).flatten()
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{}", self.position.0)?;
        if self.to_device != self.position {
            write!(f, "_{}", self.to_device.0)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reads_what_it_writes(position in any::<u64>(), behind in any::<u64>()) {
            let token = Token { position: Position(position), to_device: Position(position.saturating_sub(behind)) };
            prop_assert_eq!(Token::parse(&token.to_string()), Some(token));
        }

        #[test]
        fn reads_nothing_else(text in "\\PC{0,24}") {
            if let Some(token) = Token::parse(&text) {
                // The one other spelling: a to-device part that says nothing new.
                let plain = format!("s{}_{}", token.position.0, token.to_device.0);
                prop_assert!(token.to_string() == text || plain == text);
            }
        }
    }

    #[test]
    fn refuses_foreign_tokens() {
        for text in ["", "s", "s-1", "s+1", "s01", "s1_2", "t1", "s1_", "s18446744073709551616", " s1"] {
            assert_eq!(Token::parse(text), None, "{text:?}");
        }
    }
}
