//! Where a token has the claims of a profile, if not under their own names.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{self, JsonError, Value};

/// Claims that are not members of their own names, each with the path to its value.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClaimPlaces(Vec<(Cow<'static, str>, Vec<String>)>);

impl ClaimPlaces {
    /// Sets the path of a claim. An empty path leads to no value.
    pub(crate) fn set(&mut self, claim: Cow<'static, str>, path: Vec<String>) {
        self.0.retain(|(other, _)| *other != claim);
        self.0.push((claim, path));
    }

    /// Returns the path of a claim: the name of a member, and the members inside it.
    pub(super) fn of<'a>(&'a self, claim: &'a str) -> Option<(&'a str, &'a [String])> {
        match self.0.iter().find(|(name, _)| name == claim) {
            None => Some((claim, &[])),
            Some((_, path)) => path.split_first().map(|(first, rest)| (first.as_str(), rest)),
        }
    }
}

/// What a path leads to.
pub(super) enum Led<'de> {
    To(&'de str),
    /// A member on the path is absent or `null`.
    Nowhere,
    /// A value on the path is not an object.
    Astray(&'de str),
}

/// Follows a path into a value that has already been validated.
pub(super) fn follow<'de>(mut text: &'de str, path: &[String]) -> Led<'de> {
    for name in path {
        if !text.starts_with('{') {
            return if text == "null" { Led::Nowhere } else { Led::Astray(text) };
        }
        let mut found = None;
        let read = json::read_object::<JsonError>(text.as_bytes(), |member| {
            if member.name == **name {
                found = Some((member.raw, matches!(member.value, Value::Null)));
            }
            Ok(())
        });
        match (read, found) {
            (Ok(_), Some((raw, false))) => text = raw,
            (Ok(_), _) => return Led::Nowhere,
            (Err(_), _) => return Led::Astray(text),
        }
    }
    Led::To(text)
}
