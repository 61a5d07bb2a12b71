//! Errors of PEM texts.

use core::fmt;

use crate::key_type::KeyFormat;

/// Why a text is not one PEM block. Each mistake with its own remedy has its own variant.
///
/// No variant contains a part of the text, which may be a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PemError {
    /// The text is empty or white space.
    Empty,
    /// The text is the name of a file.
    FileName,
    /// The text is UTF-16, as some editors and PowerShell write it.
    Utf16,
    /// The text is base64 of a PEM text.
    Base64OfPem,
    /// The text is base64 of a key, without the lines `-----BEGIN …-----` and `-----END …-----`.
    NoArmor {
        /// The format of the key.
        found: KeyFormat,
    },
    /// The text has a `BEGIN` or `END` line, but not between five hyphens.
    DamagedArmor,
    /// The text has no line `-----BEGIN …-----`.
    NoBlock,
    /// The text ends after its first line.
    FirstLineOnly,
    /// The text ends before the line `-----END …-----`.
    NoEnd,
    /// The `BEGIN` and `END` lines have different labels.
    LabelsDiffer,
    /// The text has escapes beyond `\n`, `\r` and `\/`, such as `\u002B`.
    Escaped,
    /// A symbol between the `BEGIN` and `END` lines is not base64.
    InvalidSymbol,
    /// The base64 between the `BEGIN` and `END` lines ends in the middle of a byte.
    InvalidLength,
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the PEM text is empty: is the environment variable set, or the file written?",
            Self::FileName => "the text is the name of a file: read the file and pass its content",
            Self::Utf16 => "the PEM text is UTF-16: save the file as UTF-8, or as ASCII",
            Self::Base64OfPem => "the text is base64 of a PEM text: decode it once and pass the result",
            Self::NoArmor { found } => {
                return write!(
                    f,
                    "the text is a key in base64 without the lines around it ({found}): decode it and use \
                     `from_der`, or add the lines `-----BEGIN …-----` and `-----END …-----`"
                );
            }
            Self::DamagedArmor => {
                "the lines `BEGIN` and `END` must be `-----BEGIN …-----` and `-----END …-----`, with five hyphens \
                 on either side: copy the file again"
            }
            Self::NoBlock => {
                "the text has no line `-----BEGIN …-----`, so it is not PEM: use `from_der` for DER, `from_jwk` for \
                 a JSON Web Key, `hmac` for a shared secret"
            }
            Self::FirstLineOnly => {
                "the PEM text stops after its first line: write an environment variable with `\\n` for each line \
                 break, and in quotes"
            }
            Self::NoEnd => "the PEM text is cut off, it has no line `-----END …-----`: copy the whole file",
            Self::LabelsDiffer => {
                "the labels of the lines `BEGIN` and `END` differ: copy one block, from its first line to its last"
            }
            Self::Escaped => {
                "the PEM text has escapes such as `\\u002B`: it is a JSON string, pass the string that it encodes"
            }
            Self::InvalidSymbol => {
                "a symbol between the lines `BEGIN` and `END` is not base64: copy the file again, and undo URL \
                 encoding (`%2B`) or base64url (`-`, `_`)"
            }
            Self::InvalidLength => {
                "the base64 between the lines `BEGIN` and `END` is incomplete: a piece is missing, or a form has \
                 turned `+` into a space; copy the file again"
            }
        })
    }
}

impl core::error::Error for PemError {}
