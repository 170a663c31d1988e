use crate::{describe::section, problem::Problems};

/// The room versions that this server speaks.
const VERSIONS: &[&str] = &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];

section! {
    /// Rooms.
    Rooms {
        /// The version of new rooms, "1" to "12".
        default_version: String = "12".to_owned();
    }
}

impl Rooms {
    pub(crate) fn validate(&self, problems: &mut Problems) {
        if !VERSIONS.contains(&self.default_version.as_str()) {
            let message = format!("this server knows no room version {:?}", self.default_version);
            problems.add("default_version", message, "use one of \"1\" to \"12\"");
        }
    }
}
