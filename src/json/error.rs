//! Errors of JSON texts.

use core::fmt;

/// The deepest nesting of arrays and objects that is accepted. The object itself is the first level.
pub const MAX_DEPTH: usize = 32;

/// Why a text is not one strict JSON object. Offsets are in bytes. No part of the text is included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonError {
    /// Not UTF-8.
    NotUtf8 {
        /// Where the first sequence that is not UTF-8 begins.
        offset: usize,
    },
    /// The text begins with a byte order mark (RFC 8259 §8.1).
    ByteOrderMark,
    /// A value other than an object.
    NotAnObject,
    /// Not JSON.
    Syntax {
        /// Where the text stops being JSON.
        offset: usize,
    },
    /// More text after the object.
    TrailingData {
        /// Where that text begins.
        offset: usize,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep {
        /// Where the first level beyond the limit begins.
        offset: usize,
    },
    /// More members and elements, counted at all depths, than the limit. For a header this is
    /// [`MAX_HEADER_VALUES`](crate::MAX_HEADER_VALUES).
    TooManyValues {
        /// Where the first value beyond the limit begins.
        offset: usize,
    },
    /// An object has two members of one name.
    DuplicateMember {
        /// Where the second one's name begins.
        offset: usize,
    },
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 { offset } => write!(f, "byte {offset} does not begin a UTF-8 sequence"),
            Self::ByteOrderMark => {
                f.write_str("the JSON text begins with a byte order mark; save it as UTF-8 without one")
            }
            Self::NotAnObject => f.write_str("the JSON text is not an object"),
            Self::Syntax { offset } => write!(f, "the text is not JSON at byte {offset}"),
            Self::TrailingData { offset } => write!(f, "more text follows the JSON object at byte {offset}"),
            Self::TooDeep { offset } => {
                write!(f, "JSON nests deeper than {MAX_DEPTH} levels at byte {offset}")
            }
            Self::TooManyValues { offset } => {
                write!(f, "the JSON text has more values than are allowed, from byte {offset} on")
            }
            Self::DuplicateMember { offset } => {
                write!(f, "the object has a member twice, the second time at byte {offset}")
            }
        }
    }
}

impl core::error::Error for JsonError {}
