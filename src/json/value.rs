//! Values and members: RFC 8259 §3 and §4.

use alloc::borrow::Cow;

use super::string::Str;

/// A value. Numbers, arrays and objects are kept as their text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Bool,
    /// The text of the number.
    Number(&'a str),
    String(Str<'a>),
    /// The text with its brackets.
    Array(&'a str),
    /// The text with its braces.
    Object(&'a str),
}

/// A member of the object that is being read.
#[derive(Clone, Debug)]
pub(crate) struct Member<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) value: Value<'a>,
    /// The value's text.
    pub(crate) raw: &'a str,
}
