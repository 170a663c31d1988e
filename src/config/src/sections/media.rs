use std::path::PathBuf;

use crate::{ByteSize, describe::section, problem::Problems};

section! {
    /// Uploaded files.
    Media {
        /// The folder of the files; unless set, `media` in the data folder.
        path: Option<PathBuf> = None, example "\"/srv/chatsphere-media\"";
        /// The largest file that people may upload.
        max_upload_bytes: ByteSize = ByteSize::mib(10);
        /// Types that people may upload, such as "image/*" or "application/pdf"; all when empty.
        allowed_types: Vec<String> = Vec::new(), example "[\"image/*\", \"video/*\", \"audio/*\", \"application/pdf\"]";
        /// The largest picture, in pixels, that the server makes thumbnails of.
        max_pixels: u64 = 50_000_000;
    }
}

impl Media {
    /// Whether `content_type` (parameters such as a charset are ignored) may be uploaded.
    pub fn allows(&self, content_type: &str) -> bool {
        let given = content_type.split(';').next().unwrap_or_default().trim();
        self.allowed_types.is_empty()
            || self.allowed_types.iter().any(|allowed| match allowed.strip_suffix("/*") {
                Some(kind) => given.split('/').next().is_some_and(|given| given.eq_ignore_ascii_case(kind)),
                None => given.eq_ignore_ascii_case(allowed),
            })
    }

    pub(crate) fn validate(&self, problems: &mut Problems) {
        if self.max_upload_bytes.bytes() == 0 {
            problems.add("max_upload_bytes", "0 would refuse every file", "use a size such as \"10 MiB\"");
        }
        for allowed in &self.allowed_types {
            let parts: Vec<_> = allowed.split('/').collect();
            if parts.len() != 2 || parts.iter().any(|part| part.is_empty()) || parts[0] == "*" {
                problems.add(
                    "allowed_types",
                    format!("{allowed:?} is no media type"),
                    "write it like \"image/png\" or \"image/*\"",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_match_by_kind_and_name() {
        let media =
            Media { allowed_types: vec!["image/*".into(), "application/pdf".into()], ..Media::default() };
        for good in ["image/png", "IMAGE/JPEG", "application/pdf", "application/pdf; version=2"] {
            assert!(media.allows(good), "{good}");
        }
        for bad in ["text/html", "imagery/png", "application/pdfx", ""] {
            assert!(!media.allows(bad), "{bad}");
        }
        assert!(Media::default().allows("text/html"));
    }
}
