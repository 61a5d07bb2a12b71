//! Scopes: RFC 6749 §3.3.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// A `scope`: words separated by single spaces (RFC 6749 §3.3), at most [`MAX_WORDS`](Self::MAX_WORDS) of them.
/// Their order has no meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Scope(String);

impl Scope {
    /// The largest number of words, counting repeated ones: 512. It bounds the work that a token can cause, and is
    /// several times what identity providers issue.
    pub const MAX_WORDS: usize = 512;

    /// Creates a scope of these words. A word that is repeated appears once.
    ///
    /// # Errors
    /// [`ScopeError::InvalidWord`] if a word is empty or has a character that RFC 6749 §3.3 does not allow, such as a
    /// space; [`ScopeError::TooManyWords`].
    pub fn of<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Result<Self, ScopeError> {
        let limit = Self::MAX_WORDS;
        let words: Vec<W> = words.into_iter().take(limit.saturating_add(1)).collect();
        if words.len() > limit {
            return Err(ScopeError::TooManyWords { limit });
        }
        let mut seen = HashSet::with_capacity(words.len());
        let mut scope = String::new();
        for word in words.iter().map(AsRef::as_ref) {
            if word.is_empty() || !word.bytes().all(is_scope_char) {
                return Err(ScopeError::InvalidWord);
            }
            if seen.insert(word) {
                if !scope.is_empty() {
                    scope.push(' ');
                }
                scope.push_str(word);
            }
        }
        Ok(Self(scope))
    }

    /// Reads words with spaces between them, as a token has them.
    pub(super) fn parse(text: &str) -> Result<Self, ScopeError> {
        Self::of(text.split(' ').filter(|word| !word.is_empty()))
    }

    /// Returns whether the scope contains `word`. Words are compared exactly.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.words().any(|one| one == word)
    }

    /// Returns whether the scope has no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns an iterator over the words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|word| !word.is_empty())
    }

    /// Returns the text of the scope, as it appears in a token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_scope_char(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Words that are not a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScopeError {
    /// There is no word, but at least one is required.
    Empty,
    /// A word is empty, or has a character that RFC 6749 §3.3 does not allow.
    InvalidWord,
    /// There are more words than [`Scope::MAX_WORDS`].
    TooManyWords {
        /// The largest number of words.
        limit: usize,
    },
}

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the scope has no word; give at least one"),
            Self::InvalidWord => f.write_str(
                "a word of the scope is empty or has a character that RFC 6749 does not allow; \
                 separate words by spaces, of visible ASCII without `\"` and `\\`",
            ),
            Self::TooManyWords { limit } => {
                write!(f, "the scope has more than {limit} words; issue tokens for fewer scopes")
            }
        }
    }
}

impl std::error::Error for ScopeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_words() {
        let scope: Scope = serde_json::from_str(r#""a b:c  d""#).expect("a scope");
        assert_eq!(scope.words().collect::<Vec<_>>(), ["a", "b:c", "d"]);
        assert!(
            scope.contains("b:c") && !scope.contains("b") && !scope.contains("") && !scope.contains("a b:c")
        );
        assert_eq!(Scope::of(["a", "b", "a"]).expect("a scope").as_str(), "a b");
        for word in ["", "a b", "a\"", "a\\", "\u{e9}", "a\n"] {
            assert_eq!(Scope::of([word]), Err(ScopeError::InvalidWord), "{word:?}");
        }
        assert!(serde_json::from_str::<Scope>(r#""a\u00e9""#).is_err());
    }

    #[test]
    fn a_scope_has_a_bounded_number_of_words() {
        let words = |count: usize| (0..count).map(|number| number.to_string());
        let limit = Scope::MAX_WORDS;
        assert_eq!(Scope::of(words(limit)).expect("a scope").words().count(), limit);
        assert_eq!(Scope::of(words(limit + 1)), Err(ScopeError::TooManyWords { limit }));
        // Repeated words count, and an iterator without an end is not read to its end.
        assert_eq!(Scope::of(std::iter::repeat("a")), Err(ScopeError::TooManyWords { limit }));
    }
}
