//! Why a JSON value is not of the type that it is read into.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use serde::de;

/// A value that does not fit its type: where it is, and what the type expects.
///
/// It contains nothing from the text. Names in the path are those that the type itself lists, and messages in which
/// serde quotes values are dropped. It is boxed, so that returning it costs one word.
pub(crate) struct Mismatch(Box<Details>);

struct Details {
    /// As in `address.lines[2]`, empty for the whole. A single name is borrowed, since most paths are one.
    path: Cow<'static, str>,
    expected: Cow<'static, str>,
}

impl Mismatch {
    #[cold]
    pub(super) fn new(expected: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Details { path: Cow::Borrowed(""), expected: expected.into() }))
    }

    #[cold]
    pub(super) fn expected(expected: &dyn de::Expected) -> Self {
        Self::new(expected.to_string())
    }

    /// Returns the same mismatch, with a path that begins with this element.
    #[cold]
    pub(super) fn at_index(self, index: usize) -> Self {
        self.at(Cow::Owned(format!("[{index}]")))
    }

    /// Returns the same mismatch, with a path that begins with this member.
    #[cold]
    pub(crate) fn at(mut self, outer: Cow<'static, str>) -> Self {
        let inner = &mut self.0.path;
        *inner = match inner.chars().next() {
            None => outer,
            Some('[') => Cow::Owned(format!("{outer}{inner}")),
            Some(_) => Cow::Owned(format!("{outer}.{inner}")),
        };
        self
    }

    /// Returns the path to the value, and what was expected there.
    pub(crate) fn into_parts(self) -> (Cow<'static, str>, Cow<'static, str>) {
        let Details { path, expected } = *self.0;
        (path, expected)
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.0.expected)
    }
}

impl core::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new("a value that the type accepts")
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_length(_: usize, expected: &dyn de::Expected) -> Self {
        Self::expected(expected)
    }

    fn unknown_variant(_: &str, variants: &'static [&'static str]) -> Self {
        Self::new(one_of("variants", variants))
    }

    fn unknown_field(_: &str, fields: &'static [&'static str]) -> Self {
        Self::new(one_of("members", fields))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("this member, which is missing").at(field.into())
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new("this member once").at(field.into())
    }
}

fn one_of(what: &str, names: &[&str]) -> String {
    match names {
        [] => format!("none of any {what}"),
        names => format!("one of the {what} `{}`", names.join("`, `")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_a_type_quotes_are_dropped() {
        use de::Error;

        let quoted = "S3cr3t";
        for mismatch in [
            Mismatch::custom(format!("unknown variant `{quoted}`")),
            Mismatch::invalid_value(de::Unexpected::Str(quoted), &"another"),
            Mismatch::invalid_type(de::Unexpected::Str(quoted), &"a number"),
            Mismatch::unknown_variant(quoted, &["Free"]),
            Mismatch::unknown_field(quoted, &[]),
        ] {
            let text = format!("{mismatch} {mismatch:?}");
            assert!(!text.contains(quoted), "{text}");
            let (path, expected) = mismatch.into_parts();
            assert!(path.is_empty() && !expected.contains(quoted), "{path} {expected}");
        }
    }

    #[test]
    fn the_path_leads_from_the_whole_to_the_value() {
        use de::Error;

        let mismatch = Mismatch::missing_field("street").at_index(2);
        let mismatch = mismatch.at("*".into()).at("addresses".into());
        let (path, expected) = mismatch.into_parts();
        assert_eq!(path, "addresses.*[2].street");
        assert_eq!(expected, "this member, which is missing");
    }
}
