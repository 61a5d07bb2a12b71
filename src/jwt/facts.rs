//! What a step of verification expects, and what it finds.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use crate::algorithm::Algorithm;
#[cfg(feature = "jwe")]
use crate::content_encryption::ContentEncryption;
#[cfg(feature = "jwe")]
use crate::key_management::KeyManagement;
use crate::time::NumericDate;

/// What a policy expects of a token, at one [step](super::Step).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// What the text says, regardless of the policy.
    Always(&'static str),
    /// The policy does not check it.
    Anything,
    /// At most that many bytes.
    MaxBytes(usize),
    /// Any of these values.
    AnyOf {
        /// The values. If the list is empty, every token is rejected.
        values: Vec<String>,
        /// Whether a token without a value is accepted as well.
        or_absent: bool,
    },
    /// All of these claims.
    AllOf(Vec<String>),
    /// A date after `now`.
    After {
        /// The time of verification.
        now: NumericDate,
        /// How far the issuer's clock may be behind.
        leeway: Duration,
        /// Whether a token without the date is accepted as well.
        or_absent: bool,
    },
    /// A date that is not after `now`, or none.
    NotAfter {
        /// The time of verification.
        now: NumericDate,
        /// How far the issuer's clock may be ahead.
        leeway: Duration,
    },
    /// An age, measured from `iat`.
    MaxAge {
        /// The maximum.
        max_age: Duration,
        /// How much the clocks may differ.
        leeway: Duration,
    },
}

/// What a token has, as its sender wrote it, at one [step](super::Step).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// Nothing that can be shown: the token cannot be read to this point, or the step compares nothing.
    Nothing,
    /// The token does not have it.
    Absent,
    /// A length in bytes.
    Bytes(usize),
    /// A number of segments.
    Segments(usize),
    /// The algorithm of the header.
    Algorithm(Algorithm),
    /// The parameters that select the key.
    Key {
        /// `kid`.
        key_id: Option<String>,
        /// `alg`.
        algorithm: Algorithm,
    },
    /// The algorithms of the header of an encrypted token.
    #[cfg(feature = "jwe")]
    Encryption {
        /// `alg`.
        algorithm: KeyManagement,
        /// `enc`.
        enc: ContentEncryption,
    },
    /// The parameters that select the key of an encrypted token.
    #[cfg(feature = "jwe")]
    DecryptingKey {
        /// `kid`.
        key_id: Option<String>,
        /// `alg`.
        algorithm: KeyManagement,
    },
    /// A text.
    Text(String),
    /// Several texts, at least one.
    Texts(Vec<String>),
    /// A date.
    Date(NumericDate),
    /// How long ago the token was issued.
    Age(Duration),
}

impl Found {
    pub(super) fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Absent, |text| Self::Text(text.into()))
    }

    pub(super) fn texts(texts: Vec<String>) -> Self {
        if texts.is_empty() { Self::Absent } else { Self::Texts(texts) }
    }

    pub(super) fn date(date: Option<NumericDate>) -> Self {
        date.map_or(Self::Absent, Self::Date)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always(text) => f.write_str(text),
            Self::Anything => f.write_str("anything"),
            Self::MaxBytes(bytes) => write!(f, "at most {bytes} bytes"),
            Self::AnyOf { values, or_absent } => {
                list(f, values, " or ")?;
                if *or_absent { f.write_str(" or none") } else { Ok(()) }
            }
            Self::AllOf(values) => list(f, values, " and "),
            Self::After { now, leeway, or_absent } => {
                write!(f, "after {now}{}", if *or_absent { ", or none" } else { "" })?;
                with_leeway(f, *leeway)
            }
            Self::NotAfter { now, leeway } => {
                write!(f, "{now} at the latest, or none")?;
                with_leeway(f, *leeway)
            }
            Self::MaxAge { max_age, leeway } => {
                write!(f, "at most {} s", max_age.as_secs())?;
                with_leeway(f, *leeway)
            }
        }
    }
}

/// Writes nothing for [`Found::Nothing`].
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Absent => f.write_str("none"),
            Self::Bytes(bytes) => write!(f, "{bytes} bytes"),
            Self::Segments(count) => write!(f, "{count}"),
            Self::Algorithm(algorithm) => write!(f, "{algorithm}"),
            Self::Key { key_id: Some(key_id), algorithm } => write!(f, "kid {key_id:?}, {algorithm}"),
            Self::Key { key_id: None, algorithm } => write!(f, "no kid, {algorithm}"),
            #[cfg(feature = "jwe")]
            Self::Encryption { algorithm, enc } => write!(f, "{algorithm}, {enc}"),
            #[cfg(feature = "jwe")]
            Self::DecryptingKey { key_id: Some(key_id), algorithm } => {
                write!(f, "kid {key_id:?}, {algorithm}")
            }
            #[cfg(feature = "jwe")]
            Self::DecryptingKey { key_id: None, algorithm } => write!(f, "no kid, {algorithm}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Texts(texts) => list(f, texts, ", "),
            Self::Date(date) => write!(f, "{date}"),
            Self::Age(age) => write!(f, "{} s", age.as_secs()),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, values: &[String], separator: &str) -> fmt::Result {
    let [first, rest @ ..] = values else { return f.write_str("none") };
    write!(f, "{first:?}")?;
    rest.iter().try_for_each(|value| write!(f, "{separator}{value:?}"))
}

fn with_leeway(f: &mut fmt::Formatter<'_>, leeway: Duration) -> fmt::Result {
    match leeway.as_secs() {
        0 => Ok(()),
        secs => write!(f, " (leeway {secs} s)"),
    }
}
