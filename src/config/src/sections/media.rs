use std::path::PathBuf;

use crate::{ByteSize, Period, describe::section, problem::Problems};

/// More would take gigabytes of memory.
const MAX_PIXELS: u64 = 400_000_000;

section! {
    /// Uploaded files.
    Media {
        /// The folder of the files; unless set, `media` in the data folder.
        path: Option<PathBuf> = None, example "\"/srv/chatsphere-media\"";
        /// The largest file that people may upload.
        max_upload_bytes: ByteSize = ByteSize::mib(10);
        /// Types that people may upload, such as "image/*" or "application/pdf"; all when empty.
        allowed_types: Vec<String> = Vec::new(), example "[\"image/*\", \"video/*\", \"audio/*\", \"application/pdf\"]";
        /// All files that one person may upload together; unless set, there is no limit.
        user_quota: Option<ByteSize> = None, example "\"5 GiB\"";
        /// How long copies of other servers' files are kept; those who want them later cause them to be fetched again.
        keep_copies_for: Period = Period::days(90);
        /// Whether files can be had without an access token, as before Matrix 1.11: by whoever knows or is told an address.
        /// Clients and servers of that time need it.
        allow_unauthenticated: bool = false;
        /// Addresses that one person may reserve for files that are uploaded later.
        max_pending: u16 = 20;
        /// How long such an address waits for its file.
        pending_for: Period = Period::days(1);
        /// The thumbnails that are made: of the whole picture ("scale") or of its middle ("crop"). People get the smallest
        /// that is as large as they ask for. Those made already stay when this changes.
        thumbnail_sizes: Vec<String> = ["32x32 crop", "96x96 crop", "320x240 scale", "640x480 scale", "800x600 scale"].map(String::from).to_vec();
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
        if self.max_pending == 0 {
            problems.add("max_pending", "nobody could reserve an address", "use 1 or more");
        }
        if self.max_pixels == 0 || self.max_pixels > MAX_PIXELS {
            problems.add(
                "max_pixels",
                format!("{} is not a number of pixels that can be worked on", self.max_pixels),
                format!("use 1 to {MAX_PIXELS}; one pixel takes up to 8 bytes of memory"),
            );
        }
        for size in self.thumbnail_sizes.iter().filter(|size| !is_size(size)) {
            problems.add(
                "thumbnail_sizes",
                format!("{size:?} is no size of a thumbnail"),
                "write it like \"320x240 scale\" or \"96x96 crop\", with sides of 1 to 4096 pixels",
            );
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

fn is_size(text: &str) -> bool {
    let side = |side: &str| side.parse::<u32>().is_ok_and(|side| (1..=4096).contains(&side));
    text.split_once(' ').is_some_and(|(size, method)| {
        matches!(method, "crop" | "scale")
            && size.split_once('x').is_some_and(|(width, height)| side(width) && side(height))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_from_other_texts() {
        assert!(Media::default().thumbnail_sizes.iter().all(|size| is_size(size)));
        for wrong in ["", "32x32", "32 crop", "0x1 crop", "1x5000 scale", "32x32 stretch", "32x32  crop"] {
            assert!(!is_size(wrong), "{wrong}");
        }
    }

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
