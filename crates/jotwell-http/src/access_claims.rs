//! The claims of an access token: RFC 9068 §2.2.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use jotwell::{ClaimsReader, FromClaims, NoClaims, NumericDate, VerifyError};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize, de};

/// The media type of an access token (RFC 9068 §2.1).
pub(crate) const TYP: &str = "at+jwt";
/// `client_id`, which every access token has (RFC 9068 §2.2).
pub(crate) const CLIENT_ID: &str = "client_id";
/// `sid`, the name of the session.
pub(crate) const SESSION_ID: &str = "sid";
/// What says how and when the subject logged in (RFC 9068 §2.2.1).
const LOGIN: [&str; 3] = ["auth_time", "acr", "amr"];

/// The claims of an access token beside the registered ones of RFC 7519: those of RFC 9068, the session, and
/// custom ones.
///
/// ```
/// use jotwell_http::{AccessClaims, Scope};
///
/// #[derive(serde::Serialize)]
/// struct Account { plan: &'static str }
///
/// let access = AccessClaims::new(Account { plan: "free" })
///     .scope(Scope::of(["orders:read", "orders:write"])?)
///     .role("editor");
/// assert_eq!(
///     serde_json::to_string(&access)?,
///     r#"{"scope":"orders:read orders:write","roles":["editor"],"plan":"free"}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AccessClaims<T = NoClaims> {
    /// `client_id`: the software that the token was issued to (RFC 8693 §4.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `sid`: the session that the token belongs to.
    #[serde(rename = "sid", skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// `scope`: what the token may be used for.
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// `roles` of the subject (RFC 9068 §2.2.3.1).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// `auth_time`: when the subject logged in (RFC 9068 §2.2.1). [`Sessions`](crate::Sessions) set it to the moment of the
    /// login unless it is earlier, and a refresh does not change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<NumericDate>,
    /// `acr`: the class of the login, such as `mfa`. A refresh does not change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// `amr`: the methods of the login, such as `pwd` and `otp` (RFC 8176). A refresh does not change them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// Custom claims. In the token they are members of the same object, and none may repeat another claim.
    #[serde(flatten)]
    pub custom: T,
}

impl<T> AccessClaims<T> {
    /// Creates claims with an empty scope and no role.
    pub fn new(custom: T) -> Self {
        Self {
            client_id: None,
            session_id: None,
            scope: Scope::default(),
            roles: Vec::new(),
            auth_time: None,
            acr: None,
            amr: Vec::new(),
            custom,
        }
    }

    /// Sets `scope`.
    #[must_use]
    pub fn scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// Adds a role.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// Sets `auth_time`, for a login that happened elsewhere and earlier.
    #[must_use]
    pub fn auth_time(self, auth_time: NumericDate) -> Self {
        Self { auth_time: Some(auth_time), ..self }
    }

    /// Sets `acr`.
    #[must_use]
    pub fn acr(self, acr: impl Into<String>) -> Self {
        Self { acr: Some(acr.into()), ..self }
    }

    /// Sets `amr`.
    #[must_use]
    pub fn amr<M: Into<String>>(self, methods: impl IntoIterator<Item = M>) -> Self {
        Self { amr: methods.into_iter().map(Into::into).collect(), ..self }
    }

    /// Returns whether `roles` contains `role`.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|one| one == role)
    }
}

/// The claims that appear beside the custom ones, as they are read.
#[derive(Default)]
struct Profile {
    client_id: Option<String>,
    session_id: Option<String>,
    scope: Scope,
    roles: Vec<String>,
    auth_time: Option<NumericDate>,
    acr: Option<String>,
    amr: Vec<String>,
}

/// `amr` of issuers that write one method as a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum Methods {
    Many(Vec<String>),
    One(String),
}

impl Profile {
    /// Reads these claims and a `T`, which may have the same members.
    fn read_beside<'de, T: Deserialize<'de>>(
        reader: &mut ClaimsReader<'de>,
    ) -> Result<(Self, T), VerifyError> {
        let mut profile = Self::default();
        const NAMES: [&str; 7] = [CLIENT_ID, SESSION_ID, "scope", "roles", LOGIN[0], LOGIN[1], LOGIN[2]];
        let custom = reader.read_beside(&NAMES, |index, claim| {
            match index {
                0 => profile.client_id = claim.read()?,
                1 => profile.session_id = claim.read()?,
                2 => profile.scope = claim.read()?,
                3 => profile.roles = claim.read()?,
                // Some issuers give these other types. A policy rejects a token without them; no other request needs them.
                4 => profile.auth_time = claim.read().unwrap_or_default(),
                5 => profile.acr = claim.read().unwrap_or_default(),
                _ => {
                    profile.amr = match claim.read() {
                        Ok(Methods::Many(methods)) => methods,
                        Ok(Methods::One(method)) => vec![method],
                        Err(_) => Vec::new(),
                    }
                }
            }
            Ok(())
        })?;
        Ok((profile, custom))
    }
}

impl<T: Serialize> AccessClaims<T> {
    /// Returns whether the custom claims have none of the names above. A custom `roles` would be trusted where these
    /// claims have none.
    pub(crate) fn leaves_profile_alone(&self) -> bool {
        let Ok(custom) = serde_json::to_string(&self.custom) else { return false };
        let members: Result<BTreeMap<String, IgnoredAny>, _> = serde_json::from_str(&custom);
        if !members.is_ok_and(|members| LOGIN.iter().all(|name| !members.contains_key(*name))) {
            return false;
        }
        let read = ClaimsReader::read_unverified::<AccessClaims<IgnoredAny>>(custom.as_bytes());
        read.is_ok_and(|read| {
            let AccessClaims { client_id, session_id, scope, roles, .. } = read;
            client_id.is_none() && session_id.is_none() && scope.is_empty() && roles.is_empty()
        })
    }
}

/// The custom type is read from the whole object, as everywhere in jotwell, so it may declare the same members
/// again.
impl<'de, T: Deserialize<'de>> FromClaims<'de> for AccessClaims<T> {
    fn from_claims(reader: &mut ClaimsReader<'de>) -> Result<Self, VerifyError> {
        let (profile, custom) = Profile::read_beside(reader)?;
        let Profile { client_id, session_id, scope, roles, auth_time, acr, amr } = profile;
        Ok(Self { client_id, session_id, scope, roles, auth_time, acr, amr, custom })
    }
}

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
        let text = String::deserialize(deserializer)?;
        Self::of(text.split(' ').filter(|word| !word.is_empty())).map_err(de::Error::custom)
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
    /// There is no word, where at least one is required.
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

    #[test]
    fn claims_are_read_beside_the_custom_ones() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Own {
            plan: String,
            // May be looked at twice.
            scope: String,
        }
        let text = r#"{"plan":"free","sid":"s","scope":"a","roles":["r"],"client_id":"c","else":1}"#;
        let access: AccessClaims<Own> = ClaimsReader::read_unverified(text.as_bytes()).expect("claims");
        assert_eq!(access.custom, Own { plan: "free".into(), scope: "a".into() });
        assert_eq!(access.session_id.as_deref(), Some("s"));
        assert_eq!(access.client_id.as_deref(), Some("c"));
        assert!(access.has_role("r") && !access.has_role("R"));
        let login: AccessClaims =
            ClaimsReader::read_unverified(br#"{"auth_time":1800000000,"acr":"mfa","amr":["pwd","otp"]}"#)
                .expect("claims");
        assert_eq!(login.auth_time, Some(NumericDate::from_secs(1_800_000_000)));
        assert_eq!((login.acr.as_deref(), login.amr.len()), (Some("mfa"), 2));
        let one: AccessClaims = ClaimsReader::read_unverified(br#"{"amr":"pwd"}"#).expect("claims");
        assert_eq!(one.amr, ["pwd"]);
        // Of another type they are not there.
        let odd = br#"{"auth_time":"1800000000","acr":1,"amr":[1]}"#;
        assert_eq!(
            ClaimsReader::read_unverified::<AccessClaims>(odd).expect("claims"),
            AccessClaims::default()
        );
        for wrong in [r#"{"roles":"admin"}"#, r#"{"scope":["a"]}"#, r#"{"sid":1}"#, r#"{"roles":[1]}"#, "[]"]
        {
            let access: Result<AccessClaims, _> = ClaimsReader::read_unverified(wrong.as_bytes());
            assert!(access.is_err(), "{wrong}");
        }
    }
}
