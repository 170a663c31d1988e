//! The nodes of the state tree: their form in memory and on disk, and the hash that names them.

use sha2::{Digest, Sha256};

use crate::ids::{EventNum, StateKeyNum};

/// What names a node: the first 16 bytes of the SHA-256 of its stored form.
pub(crate) type NodeHash = [u8; 16];

/// The most entries a leaf holds; one more and it becomes an inner node.
pub(crate) const LEAF_ENTRIES: usize = 32;
/// How many bits of the mixed key choose a child.
const DIGIT_BITS: u32 = 5;

const LEAF: u8 = 0;
const INNER: u8 = 1;

/// One piece of a state tree. Its form follows from the entries below it alone, so equal states have equal nodes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// Up to [`LEAF_ENTRIES`] entries, sorted by key, never empty.
    Leaf(Box<[(StateKeyNum, EventNum)]>),
    /// More entries than a leaf can hold, split by the next digit of the mixed key.
    Inner {
        /// How many entries are below.
        len: u64,
        /// Which digits have a child.
        bitmap: u32,
        /// The children in the order of their digits.
        children: Box<[NodeHash]>,
    },
}

impl Node {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Leaf(entries) => entries.len(),
            Self::Inner { len, .. } => usize::try_from(*len).unwrap_or(usize::MAX),
        }
    }

    /// The stored form.
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Leaf(entries) => {
                let mut bytes = Vec::with_capacity(1 + entries.len() * 16);
                bytes.push(LEAF);
                for (key, event) in entries {
                    bytes.extend_from_slice(&key.0.to_be_bytes());
                    bytes.extend_from_slice(&event.0.to_be_bytes());
                }
                bytes
            }
            Self::Inner { len, bitmap, children } => {
                let mut bytes = Vec::with_capacity(13 + children.len() * 16);
                bytes.push(INNER);
                bytes.extend_from_slice(&len.to_be_bytes());
                bytes.extend_from_slice(&bitmap.to_be_bytes());
                for child in children {
                    bytes.extend_from_slice(child);
                }
                bytes
            }
        }
    }

    /// Reads the stored form; `None` if it is damaged.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        match *kind {
            LEAF => {
                let (entries, rest) = rest.as_chunks::<16>();
                let entries = entries.iter().map(|entry| {
                    let number = u128::from_be_bytes(*entry);
                    let [key, event] = [number >> 64, number & u128::from(u64::MAX)];
                    Some((StateKeyNum(u64::try_from(key).ok()?), EventNum(u64::try_from(event).ok()?)))
                });
                rest.is_empty().then(|| entries.collect::<Option<_>>().map(Self::Leaf))?
            }
            INNER => {
                let (len, rest) = rest.split_first_chunk::<8>()?;
                let (bitmap, rest) = rest.split_first_chunk::<4>()?;
                let (children, rest) = rest.as_chunks::<16>();
                let bitmap = u32::from_be_bytes(*bitmap);
                let whole = rest.is_empty() && bitmap.count_ones() as usize == children.len();
                whole.then(|| Self::Inner {
                    len: u64::from_be_bytes(*len),
                    bitmap,
                    children: children.into(),
                })
            }
            _ => None,
        }
    }

    pub(crate) fn hash(encoded: &[u8]) -> NodeHash {
        let digest = Sha256::digest(encoded);
        let mut hash = NodeHash::default();
        hash.copy_from_slice(&digest[..16]);
        hash
    }

    /// The child for `digit`, in an inner node.
    pub(crate) fn child(&self, digit: u32) -> Option<NodeHash> {
        match self {
            Self::Inner { bitmap, children, .. } if bitmap & (1 << digit) != 0 => {
                let below = bitmap & ((1 << digit) - 1);
                children.get(below.count_ones() as usize).copied()
            }
            _ => None,
        }
    }

    /// Bytes of memory, for the cache.
    pub(crate) fn bytes(&self) -> u64 {
        let bytes = match self {
            Self::Leaf(entries) => entries.len() * 16,
            Self::Inner { children, .. } => children.len() * 16,
        };
        bytes as u64 + 96
    }
}

/// Spreads keys evenly over the tree. One to one, so two keys always part at some depth.
fn mix(key: StateKeyNum) -> u64 {
    let mut x = key.0;
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Which child `key` belongs to at `depth`.
pub(crate) fn digit(key: StateKeyNum, depth: u32) -> u32 {
    let shifted = mix(key).checked_shr(depth * DIGIT_BITS).unwrap_or(0);
    u32::try_from(shifted & 0x1f).unwrap_or(0)
}
