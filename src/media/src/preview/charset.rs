//! Bytes become text.

use encoding_rs::{Encoding, UTF_8};

/// How far into a page its own word on the encoding is looked for, in bytes (HTML standard, "prescan a byte stream").
const PRESCAN: usize = 1024;

/// Decodes a page: a byte order mark decides, then the content type, then the page itself; else it is UTF-8.
pub(crate) fn decode(bytes: &[u8], content_type: &str) -> String {
    let named = charset(content_type.as_bytes()).or_else(|| prescan(bytes));
    let (text, _, _) = named.unwrap_or(UTF_8).decode(bytes);
    text.into_owned()
}

fn prescan(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(PRESCAN)];
    let lower = start.to_ascii_lowercase();
    let at = lower.windows(5).position(|window| window == b"<meta")?;
    let found = charset(&start[at..])?;
    // A page that can be read this far as ASCII is in none of the encodings of two bytes a letter.
    Some(found.output_encoding())
}

/// What stands after `charset=`.
fn charset(text: &[u8]) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let at = lower.windows(8).position(|window| window == b"charset=")?;
    let rest = lower.get(at + 8..)?;
    let label = rest.iter().skip_while(|byte| b"\"' ".contains(byte));
    let label: Vec<u8> = label.copied().take_while(|byte| !b"\"' ;/>".contains(byte)).take(40).collect();
    Encoding::for_label(&label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_by_mark_header_and_page() {
        assert_eq!(decode("ä".as_bytes(), "text/html"), "ä");
        assert_eq!(decode(b"\xe4", "text/html; charset=ISO-8859-1"), "ä");
        assert_eq!(decode(b"\xef\xbb\xbf\xc3\xa4", "text/html; charset=latin1"), "ä");
        assert!(decode(b"<META charset='windows-1251'>\xcf", "text/html").ends_with('П'));
        let old = b"<meta http-equiv=content-type content=\"text/html; charset=Shift_JIS\">\x82\xa0";
        assert!(decode(old, "text/html").ends_with('あ'));
        assert_eq!(decode(b"\xff", "text/html; charset=nonsense"), "\u{fffd}");
    }
}
