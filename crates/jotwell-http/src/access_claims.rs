//! The claims of an access token: RFC 9068 §2.2.

mod foreign;
mod scope;

use std::fmt;

use jotwell::{ClaimReader, ClaimsReader, FromClaims, NoClaims, NumericDate, VerifyError};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use self::foreign::Foreign;
pub use self::scope::{Scope, ScopeError};

/// The media type of an access token (RFC 9068 §2.1).
pub(crate) const TYP: &str = "at+jwt";
/// `client_id`, which every access token has (RFC 9068 §2.2).
pub(crate) const CLIENT_ID: &str = "client_id";
/// `sid`, the name of the session.
pub(crate) const SESSION_ID: &str = "sid";
/// `scope` (RFC 8693 §4.2).
const SCOPE: &str = "scope";
/// `roles` (RFC 9068 §2.2.3.1).
const ROLES: &str = "roles";
/// All names; the last three describe how and when the subject logged in (RFC 9068 §2.2.1). [`Profile`] relies on their
/// order.
const NAMES: &[&str] = &[CLIENT_ID, SESSION_ID, SCOPE, ROLES, "auth_time", "acr", "amr"];

/// The claims of an access token in addition to the registered ones of RFC 7519: those of RFC 9068, the session, and
/// custom ones.
///
/// They are read as authorization servers write them: `scope` as a string or as an array of words, `roles` as an array
/// or as a string that is one role, and any of them as `null`, which counts as absent. A claim of another type, or one
/// with too many words or roles, does not make the token invalid. It is empty here, and is rejected when it is needed:
/// by [`try_scope`](Self::try_scope) and the like, and so by [`RequireScope`](crate::RequireScope),
/// [`RequireRole`](crate::RequireRole) and the check of sessions. **A custom rule that rejects holders of a role must
/// use [`try_roles`](Self::try_roles)**: in the field, malformed roles look like an empty list.
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
    /// `auth_time`: when the subject logged in (RFC 9068 §2.2.1). [`Sessions`](crate::Sessions) set it to the time of
    /// the login unless it is earlier, and a refresh does not change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<NumericDate>,
    /// `acr`: the authentication context class of the login, such as `mfa`. A refresh does not change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// `amr`: the methods of the login, such as `pwd` and `otp` (RFC 8176). A refresh does not change them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// Custom claims. In the token they are members of the same object, and must not repeat another claim.
    #[serde(flatten)]
    pub custom: T,
    /// What is wrong with the claims that were read.
    #[serde(skip)]
    problems: Problems,
}

impl<T> AccessClaims<T> {
    /// The largest number of roles, in tokens that are read and in those that are issued: 1,024. It bounds the work of
    /// guards, and is more than a token of the default length has in practice.
    pub const MAX_ROLES: usize = 1024;

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
            problems: Problems::default(),
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

    /// Returns `client_id`, or `None` if the token does not have it.
    ///
    /// # Errors
    /// [`AccessClaimError::Malformed`].
    pub fn try_client_id(&self) -> Result<Option<&str>, AccessClaimError> {
        let client_id = self.client_id.as_deref();
        self.problems.client_id.unless(client_id.is_some(), CLIENT_ID, 1).map(|()| client_id)
    }

    /// Returns `sid`, or `None` if the token does not have it.
    ///
    /// # Errors
    /// [`AccessClaimError::Malformed`].
    pub fn try_session_id(&self) -> Result<Option<&str>, AccessClaimError> {
        let session_id = self.session_id.as_deref();
        self.problems.session_id.unless(session_id.is_some(), SESSION_ID, 1).map(|()| session_id)
    }

    /// Returns `scope`, which is empty if the token does not have it.
    ///
    /// # Errors
    /// [`AccessClaimError::Malformed`], [`AccessClaimError::TooMany`].
    pub fn try_scope(&self) -> Result<&Scope, AccessClaimError> {
        self.problems.scope.unless(!self.scope.is_empty(), SCOPE, Scope::MAX_WORDS).map(|()| &self.scope)
    }

    /// Returns `roles`, which are empty if the token does not have them.
    ///
    /// # Errors
    /// [`AccessClaimError::Malformed`], [`AccessClaimError::TooMany`].
    pub fn try_roles(&self) -> Result<&[String], AccessClaimError> {
        self.problems.roles.unless(!self.roles.is_empty(), ROLES, Self::MAX_ROLES).map(|()| &*self.roles)
    }
}

/// What is wrong with each claim that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Problems {
    client_id: Problem,
    session_id: Problem,
    scope: Problem,
    roles: Problem,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Problem {
    #[default]
    None,
    Malformed,
    TooMany,
}

impl Problem {
    /// `replaced` is whether the program has set another value since.
    fn unless(self, replaced: bool, claim: &'static str, limit: usize) -> Result<(), AccessClaimError> {
        match self {
            Self::Malformed if !replaced => Err(AccessClaimError::Malformed { claim }),
            Self::TooMany if !replaced => Err(AccessClaimError::TooMany { claim, limit }),
            _ => Ok(()),
        }
    }
}

/// A malformed claim of a verified token that a policy needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessClaimError {
    /// The claim has another type, or an array of `scope` has an element that is not one word. Such an element is never
    /// split: `["a b"]` is not the scope `a b`.
    Malformed {
        /// The name of the claim.
        claim: &'static str,
    },
    /// The claim has more words or roles than the limit.
    TooMany {
        /// The name of the claim.
        claim: &'static str,
        /// The largest number.
        limit: usize,
    },
}

impl fmt::Display for AccessClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { claim } => {
                let expected = match *claim {
                    SCOPE => "words separated by spaces, or an array of single words",
                    ROLES => "an array of strings, or one string",
                    _ => "a string",
                };
                write!(
                    f,
                    "`{claim}` of the token is malformed: expected {expected}; have the issuer change it"
                )
            }
            Self::TooMany { claim, limit } => {
                write!(
                    f,
                    "`{claim}` of the token has more than {limit} values; have the issuer leave some out"
                )
            }
        }
    }
}

impl std::error::Error for AccessClaimError {}

/// The claims next to the custom ones, as they are read.
#[derive(Default)]
struct Profile {
    client_id: Option<String>,
    session_id: Option<String>,
    scope: Scope,
    roles: Vec<String>,
    auth_time: Option<NumericDate>,
    acr: Option<String>,
    amr: Vec<String>,
    problems: Problems,
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
        let custom = reader.read_beside(NAMES, |index, claim| {
            match index {
                0 => profile.problems.client_id = text(claim, &mut profile.client_id),
                1 => profile.problems.session_id = text(claim, &mut profile.session_id),
                2 => profile.problems.scope = scope(claim, &mut profile.scope),
                3 => profile.problems.roles = roles(claim, &mut profile.roles),
                // Some issuers use other types for these. A policy that needs them rejects the token; other requests
                // are not affected.
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

fn text(claim: ClaimReader<'_>, into: &mut Option<String>) -> Problem {
    match claim.read::<Foreign<'_, 0>>() {
        Ok(Foreign::Text(text)) => *into = Some(text.into_owned()),
        Ok(Foreign::Null) => {}
        _ => return Problem::Malformed,
    }
    Problem::None
}

fn scope(claim: ClaimReader<'_>, into: &mut Scope) -> Problem {
    let scope = match claim.read::<Foreign<'_, { Scope::MAX_WORDS }>>() {
        Ok(Foreign::Null) => return Problem::None,
        Ok(Foreign::Text(text)) => Scope::parse(&text),
        Ok(Foreign::List(words)) => Scope::of(words),
        Ok(Foreign::TooMany) => return Problem::TooMany,
        _ => return Problem::Malformed,
    };
    match scope {
        Ok(scope) => *into = scope,
        Err(ScopeError::TooManyWords { .. }) => return Problem::TooMany,
        Err(_) => return Problem::Malformed,
    }
    Problem::None
}

fn roles(claim: ClaimReader<'_>, into: &mut Vec<String>) -> Problem {
    match claim.read::<Foreign<'_, { AccessClaims::<NoClaims>::MAX_ROLES }>>() {
        Ok(Foreign::Null) => {}
        Ok(Foreign::Text(role)) => into.push(role.into_owned()),
        Ok(Foreign::List(roles)) => *into = roles,
        Ok(Foreign::TooMany) => return Problem::TooMany,
        _ => return Problem::Malformed,
    }
    Problem::None
}

/// Whether an object has one of the [`NAMES`].
struct HasProfile(bool);

impl<'de> FromClaims<'de> for HasProfile {
    fn from_claims(reader: &mut ClaimsReader<'de>) -> Result<Self, VerifyError> {
        let mut found = false;
        reader.read_beside::<IgnoredAny>(NAMES, |_, _| {
            found = true;
            Ok(())
        })?;
        Ok(Self(found))
    }
}

impl<T: Serialize> AccessClaims<T> {
    /// Returns whether a token may be issued with these claims: with no more roles than are read, and custom claims
    /// that have none of the names above. A custom `roles` would be trusted if these claims have none.
    pub(crate) fn can_be_issued(&self) -> bool {
        let Ok(custom) = serde_json::to_string(&self.custom) else { return false };
        let read = ClaimsReader::read_unverified::<HasProfile>(custom.as_bytes());
        self.roles.len() <= Self::MAX_ROLES && read.is_ok_and(|HasProfile(found)| !found)
    }
}

/// The custom type is read from the whole object, as everywhere in jotwell, so it may declare the same members
/// again.
impl<'de, T: Deserialize<'de>> FromClaims<'de> for AccessClaims<T> {
    fn from_claims(reader: &mut ClaimsReader<'de>) -> Result<Self, VerifyError> {
        let (profile, custom) = Profile::read_beside(reader)?;
        let Profile { client_id, session_id, scope, roles, auth_time, acr, amr, problems } = profile;
        Ok(Self { client_id, session_id, scope, roles, auth_time, acr, amr, custom, problems })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_beside_the_custom_ones() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Own {
            plan: String,
            // An array whose items can be visited twice.
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
        // Of another type they count as absent.
        let odd = br#"{"auth_time":"1800000000","acr":1,"amr":[1]}"#;
        assert_eq!(
            ClaimsReader::read_unverified::<AccessClaims>(odd).expect("claims"),
            AccessClaims::default()
        );
        assert!(ClaimsReader::read_unverified::<AccessClaims>(b"[]").is_err());
    }

    fn read(text: &str) -> AccessClaims {
        ClaimsReader::read_unverified(text.as_bytes()).expect("claims")
    }

    #[test]
    fn claims_are_read_as_authorization_servers_write_them() {
        let words = |text: &str| read(text).try_scope().map(|scope| scope.as_str().to_owned());
        for text in [r#"{"scope":"a b"}"#, r#"{"scope":["a","b"]}"#, r#"{"scope":["a","b","a"]}"#] {
            assert_eq!(words(text).as_deref(), Ok("a b"), "{text}");
        }
        for text in ["{}", r#"{"scope":null}"#, r#"{"scope":[]}"#, r#"{"scope":""}"#] {
            assert_eq!(words(text).as_deref(), Ok(""), "{text}");
        }
        for (text, roles) in [
            (r#"{"roles":["a","b c"]}"#, &["a", "b c"][..]),
            (r#"{"roles":"b c"}"#, &["b c"]),
            (r#"{"roles":null}"#, &[]),
            (r#"{"roles":[]}"#, &[]),
        ] {
            assert_eq!(read(text).try_roles().map(<[String]>::to_vec), Ok(to_strings(roles)), "{text}");
        }
        assert_eq!(read(r#"{"client_id":null,"sid":null}"#), AccessClaims::new(NoClaims));
        let named = read(r#"{"client_id":"c","sid":"s\u0021"}"#);
        assert_eq!((named.try_client_id(), named.try_session_id()), (Ok(Some("c")), Ok(Some("s!"))));
    }

    fn to_strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn malformed_claims_are_empty_and_an_error_when_a_rule_needs_them() {
        for value in
            ["7", "1.5", "-1", "true", "{\"a\":[1]}", "[1]", "[null]", "[[\"a\"]]", "[{}]", "[\"a\",1]"]
        {
            let text = format!(r#"{{"client_id":{value},"sid":{value},"scope":{value},"roles":{value}}}"#);
            let claims = read(&text);
            let malformed = |claim| AccessClaimError::Malformed { claim };
            assert_eq!(claims.try_client_id(), Err(malformed("client_id")), "{text}");
            assert_eq!(claims.try_session_id(), Err(malformed("sid")), "{text}");
            assert_eq!(claims.try_scope(), Err(malformed("scope")), "{text}");
            assert_eq!(claims.try_roles(), Err(malformed("roles")), "{text}");
            assert!(claims.scope.is_empty() && claims.roles.is_empty(), "{text}");
            assert!(claims.client_id.is_none() && claims.session_id.is_none(), "{text}");
            // A value that the program sets instead is used.
            let claims = claims.role("r").scope(Scope::of(["a"]).expect("a scope"));
            assert!(claims.try_roles().is_ok() && claims.try_scope().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_word_of_an_array_is_never_split() {
        for value in
            [r#"["a b"]"#, r#"["a","b c"]"#, r#"[""]"#, r#"[" "]"#, r#"["a\u0020b"]"#, r#"["\u00e9"]"#]
        {
            let claims = read(&format!(r#"{{"scope":{value}}}"#));
            assert_eq!(claims.try_scope(), Err(AccessClaimError::Malformed { claim: "scope" }), "{value}");
            assert!(claims.scope.is_empty(), "{value}");
        }
    }

    #[test]
    fn too_many_words_and_roles_are_named_with_their_limit() {
        let list =
            |count: usize| (0..count).map(|number| format!("\"{number}\"")).collect::<Vec<_>>().join(",");
        let (words, roles) = (Scope::MAX_WORDS, AccessClaims::<NoClaims>::MAX_ROLES);
        assert!(read(&format!(r#"{{"scope":[{}]}}"#, list(words))).try_scope().is_ok());
        assert!(read(&format!(r#"{{"roles":[{}]}}"#, list(roles))).try_roles().is_ok());
        let text = format!(r#"{{"scope":[{}],"roles":[{}]}}"#, list(words + 1), list(roles + 1));
        let claims = read(&text);
        assert_eq!(claims.try_scope(), Err(AccessClaimError::TooMany { claim: "scope", limit: words }));
        assert_eq!(claims.try_roles(), Err(AccessClaimError::TooMany { claim: "roles", limit: roles }));
        assert!(claims.scope.is_empty() && claims.roles.is_empty());
    }

    #[test]
    fn custom_claims_with_a_name_of_these_and_too_many_roles_are_not_issued() {
        for custom in [r#"{"roles":["admin"]}"#, r#"{"scope":null}"#, r#"{"sid":7}"#, r#"{"client_id":"c"}"#]
        {
            let custom: serde_json::Value = serde_json::from_str(custom).expect("JSON");
            assert!(!AccessClaims::new(custom.clone()).can_be_issued(), "{custom}");
        }
        let most = AccessClaims::<NoClaims>::MAX_ROLES;
        let mut claims = AccessClaims::new(NoClaims);
        claims.roles = vec!["a".to_owned(); most];
        assert!(claims.can_be_issued());
        assert!(!claims.role("a").can_be_issued());
    }

    #[test]
    fn errors_say_what_was_expected_and_what_to_do() {
        for (error, part) in [
            (
                AccessClaimError::Malformed { claim: SCOPE },
                "`scope` of the token is malformed: expected words",
            ),
            (AccessClaimError::Malformed { claim: ROLES }, "expected an array of strings"),
            (
                AccessClaimError::Malformed { claim: SESSION_ID },
                "expected a string; have the issuer change it",
            ),
            (
                AccessClaimError::TooMany { claim: ROLES, limit: 3 },
                "`roles` of the token has more than 3 values",
            ),
        ] {
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
