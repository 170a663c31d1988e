//! The room versions this server speaks and their rules.

use ruma::RoomVersionId;
pub use ruma::room_version_rules::RoomVersionRules;

/// The room versions this server speaks, and their rules.
#[derive(Debug)]
pub struct RoomVersion;

impl RoomVersion {
    /// All versions that rooms can be created with, joined and served, oldest first.
    pub const SUPPORTED: &'static [RoomVersionId] = &[
        RoomVersionId::V1,
        RoomVersionId::V2,
        RoomVersionId::V3,
        RoomVersionId::V4,
        RoomVersionId::V5,
        RoomVersionId::V6,
        RoomVersionId::V7,
        RoomVersionId::V8,
        RoomVersionId::V9,
        RoomVersionId::V10,
        RoomVersionId::V11,
        RoomVersionId::V12,
    ];

    /// The version of new rooms, unless configured or asked for otherwise.
    pub const DEFAULT: RoomVersionId = RoomVersionId::V12;

    /// The rules of `version`; `None` for versions that this server doesn't speak.
    pub fn rules(version: &RoomVersionId) -> Option<RoomVersionRules> {
        Self::SUPPORTED.contains(version).then(|| version.rules())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_supported_version_has_rules_and_others_have_none() {
        for version in RoomVersion::SUPPORTED {
            assert!(RoomVersion::rules(version).is_some(), "{version}");
        }
        assert!(RoomVersion::SUPPORTED.contains(&RoomVersion::DEFAULT));
        for name in ["0", "13", "org.example.unknown"] {
            let version = RoomVersionId::try_from(name).expect("a well-formed version");
            assert!(RoomVersion::rules(&version).is_none(), "{name}");
        }
    }
}
