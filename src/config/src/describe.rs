//! What each section says about itself: the sample file and the check for unknown keys are made from it.

/// One key of a section.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// Its documentation, a line each, as in the source.
    pub doc: &'static [&'static str],
    /// What to show in the sample instead of the default, in TOML: for keys that have none.
    pub example: &'static [&'static str],
}

/// A section of the settings file.
pub trait Section {
    /// Its documentation, a line each.
    const DOC: &'static [&'static str];
    /// Its keys, in the order of the sample file.
    const FIELDS: &'static [Field];
}

/// A section as the list of all of them shows it.
#[derive(Debug, Clone, Copy)]
pub struct SectionInfo {
    /// The name in brackets.
    pub name: &'static str,
    /// See [`Section::DOC`].
    pub doc: &'static [&'static str],
    /// See [`Section::FIELDS`].
    pub fields: &'static [Field],
}

/// Declares a section: each key with its documentation, type and default, once.
///
/// `= None, example "…"` shows an example in the sample file where there is no default to show.
macro_rules! section {
    (
        $(#[doc = $section_doc:literal])+
        $name:ident {
            $(
                $(#[doc = $doc:literal])+
                $field:ident: $type:ty = $default:expr $(, example $example:literal)?;
            )*
        }
    ) => {
        $(#[doc = $section_doc])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $type, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }

        impl $crate::describe::Section for $name {
            const DOC: &'static [&'static str] = &[$($section_doc),+];
            const FIELDS: &'static [$crate::describe::Field] = &[
                $( $crate::describe::Field {
                    name: stringify!($field),
                    doc: &[$($doc),+],
                    example: &[$($example)?],
                }, )*
            ];
        }
    };
}

pub(crate) use section;
