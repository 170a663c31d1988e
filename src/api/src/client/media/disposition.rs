//! `Content-Disposition`: whether a browser may show a file, and what it is called.

use http::HeaderValue;
use ruma::http_headers::{ContentDisposition, ContentDispositionType};

/// What browsers show without running it (spec "Serving inline content").
const SAFE: [&str; 26] = [
    "text/css",
    "text/plain",
    "text/csv",
    "application/json",
    "application/ld+json",
    "image/jpeg",
    "image/gif",
    "image/png",
    "image/apng",
    "image/webp",
    "image/avif",
    "video/mp4",
    "video/webm",
    "video/ogg",
    "video/quicktime",
    "audio/mp4",
    "audio/webm",
    "audio/aac",
    "audio/mpeg",
    "audio/ogg",
    "audio/wave",
    "audio/wav",
    "audio/x-wav",
    "audio/x-pn-wav",
    "audio/flac",
    "audio/x-flac",
];

/// The header for a file of this type and name.
pub(crate) fn disposition(content_type: &str, name: Option<&str>) -> HeaderValue {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind = if SAFE.contains(&kind.as_str()) {
        ContentDispositionType::Inline
    } else {
        ContentDispositionType::Attachment
    };
    // Control characters have no business in a name, and could end the header.
    let name = name.map(|name| name.chars().filter(|letter| !letter.is_control()).collect::<String>());
    let name = name.filter(|name| !name.is_empty());
    let text = ContentDisposition::new(kind).with_filename(name).to_string();
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(content_type: &str, name: Option<&str>) -> String {
        disposition(content_type, name).to_str().expect("letters of ASCII").to_owned()
    }

    #[test]
    fn only_safe_types_are_shown() {
        assert_eq!(of("image/png", None), "inline");
        assert_eq!(of("Text/Plain; charset=utf-8", None), "inline");
        for unsafe_type in
            ["text/html", "image/svg+xml", "application/octet-stream", "", "image/png,text/html"]
        {
            assert_eq!(of(unsafe_type, None), "attachment");
        }
    }

    #[test]
    fn names_of_any_letters_are_told() {
        assert_eq!(of("image/png", Some("cat.png")), "inline; filename=cat.png");
        assert_eq!(of("image/png", Some("a \"b\";c")), "inline; filename=\"a \\\"b\\\";c\"");
        assert_eq!(of("image/png", Some("🐔")), "inline; filename*=utf-8''%F0%9F%90%94");
        assert_eq!(of("image/png", Some("a\r\nSet-Cookie: b")), "inline; filename=\"aSet-Cookie: b\"");
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in "[^\\p{Cc}]{1,40}") {
            let header = of("image/png", Some(&name));
            let parsed: ContentDisposition = header.parse().expect("a header that can be read");
            prop_assert_eq!(parsed.filename, Some(name));
        }
    }
}
