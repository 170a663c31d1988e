//! What a table is: a number for ever, a name, key and value types, an owner and a retention rule.

use std::{fmt, marker::PhantomData};

/// A handle to one table of the catalogue; `K` and `V` say what its keys and values are.
pub struct Table<K, V> {
    number: u16,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Table<K, V> {
    /// Only the [`catalogue!`](crate::catalogue) macro makes tables.
    #[doc(hidden)]
    pub const fn new(number: u16) -> Self {
        Self { number, types: PhantomData }
    }

    /// The table's number in the catalogue, the same for ever.
    pub const fn number(self) -> u16 {
        self.number
    }
}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Table<K, V> {}

impl<K, V> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({})", self.number)
    }
}

/// How a table is read and written, which decides block size, buffers and compression. A database keeps the class that the table had when it
/// first saw it; changing it in the catalogue touches new databases only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Small values, looked up one by one.
    Small,
    /// Values of some hundred bytes to some kilobytes, such as JSON, looked up one by one.
    Large,
    /// Written and read in the order of its keys.
    Append,
}

/// One line of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// Stable for ever, also in replicated groups; never used again once retired.
    pub number: u16,
    /// For people.
    pub name: &'static str,
    /// Key and value types as written in the catalogue, for people.
    pub types: &'static str,
    /// The crate that alone writes it.
    pub owner: &'static str,
    /// Decides the tuning.
    pub class: Class,
    /// What shrinks it.
    pub retention: &'static str,
}

/// All tables that this program knows, and those that it once had.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    /// The tables in use.
    pub tables: &'static [TableSpec],
    /// Numbers and names of former tables: dropped at open, never used again.
    pub retired: &'static [(u16, &'static str)],
}

/// Declares tables as constants and as a [`Catalogue`] named `CATALOGUE`, one entry a table:
/// `NUMBER NAME: (KEY => VALUE), owner, Class, "what shrinks it";` after a doc line, in
/// the order of the numbers.
#[macro_export]
macro_rules! catalogue {
    (
        $($(#[doc = $doc:literal])+ $number:literal $name:ident: ($key:ty => $value:ty), $owner:ident, $class:ident, $retention:literal;)*
        retired: [$(($old_number:literal, $old_name:literal)),* $(,)?];
    ) => {
        $($(#[doc = $doc])+ pub const $name: $crate::Table<$key, $value> = $crate::Table::new($number);)*

        /// All of the above.
        pub const CATALOGUE: $crate::Catalogue = $crate::Catalogue {
            tables: &[$($crate::TableSpec {
                number: $number,
                name: stringify!($name),
                types: stringify!($key => $value),
                owner: stringify!($owner),
                class: $crate::Class::$class,
                retention: $retention,
            }),*],
            retired: &[$(($old_number, $old_name)),*],
        };
    };
}
