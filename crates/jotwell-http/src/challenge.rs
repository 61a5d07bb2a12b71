//! The fixed part of `WWW-Authenticate`: RFC 9110 §11.6.1, RFC 6750 §3.

use std::fmt;

/// The realm and the further parameters of an authenticator's challenge.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    realm: String,
    parameters: Vec<(String, String)>,
    /// Whether a response with status 401 names the scope that the route requires.
    pub(crate) names_scope: bool,
}

/// The parameters that responses set themselves.
const RESERVED: [&str; 6] = ["realm", "scope", "error", "error_description", "max_age", "acr_values"];

const RESOURCE_METADATA: &str = "resource_metadata";

impl Challenge {
    pub(crate) fn new() -> Self {
        Self { realm: "api".to_owned(), parameters: Vec::new(), names_scope: false }
    }

    pub(crate) fn set_realm(&mut self, realm: &str) {
        let shown = |c: &char| matches!(c, ' '..='~') && !r#""\"#.contains(*c);
        self.realm = realm.chars().filter(shown).collect();
    }

    pub(crate) fn add(&mut self, name: &str, value: &str) -> Result<(), ChallengeError> {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(ChallengeError::InvalidName);
        }
        if !value.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\') {
            return Err(ChallengeError::InvalidValue);
        }
        let name = name.to_ascii_lowercase();
        let taken = RESERVED.contains(&&*name) || self.parameters.iter().any(|(other, _)| *other == name);
        if taken {
            return Err(ChallengeError::Duplicate { name });
        }
        self.parameters.push((name, value.to_owned()));
        Ok(())
    }

    /// Sets the address of the resource's metadata (RFC 9728 §5.1). `url` has only characters that need no escaping.
    pub(crate) fn set_resource_metadata(&mut self, url: String) {
        self.parameters.retain(|(name, _)| name != RESOURCE_METADATA);
        self.parameters.push((RESOURCE_METADATA.to_owned(), url));
    }
}

/// Returns the scheme, the realm and the further parameters.
impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer realm=\"{}\"", self.realm)?;
        self.parameters.iter().try_for_each(|(name, value)| write!(f, ", {name}=\"{value}\""))
    }
}

/// A parameter that a challenge cannot have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengeError {
    /// The name is not a token of RFC 9110 §5.6.2.
    InvalidName,
    /// The value has a quotation mark, a backslash, or a character other than visible ASCII and spaces.
    InvalidValue,
    /// The parameter was added before, or is set by responses themselves: `realm`, `scope`, `error`,
    /// `error_description`, `max_age`, `acr_values`.
    Duplicate {
        /// The name, in lower case.
        name: String,
    },
}

impl fmt::Display for ChallengeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidName => {
                f.write_str("the name of the parameter is not a token; use letters, digits and `_`")
            }
            Self::InvalidValue => f.write_str(
                "the value of the parameter has a character that is not allowed; use visible ASCII without `\"` and `\\`, \
                 percent-encoded in a URL",
            ),
            Self::Duplicate { name } => write!(
                f,
                "the challenge has the parameter `{name}` already; add each once, and none of `realm`, `scope`, `error`, \
                 `error_description`, `max_age`, `acr_values`"
            ),
        }
    }
}

impl std::error::Error for ChallengeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_follow_the_realm_in_order() {
        let mut challenge = Challenge::new();
        challenge.set_realm("a\"b\\\u{e9}\n");
        challenge
            .add("Resource_Metadata", "https://api.example/.well-known/oauth-protected-resource")
            .expect("added");
        challenge.add("b", "").expect("added");
        assert_eq!(
            challenge.to_string(),
            "Bearer realm=\"ab\", \
             resource_metadata=\"https://api.example/.well-known/oauth-protected-resource\", b=\"\""
        );
    }

    #[test]
    fn a_parameter_cannot_break_out_of_the_challenge() {
        let mut challenge = Challenge::new();
        for name in ["", "a b", "a=b", "a,b", "a\"", "\u{e9}", "a\r\nb"] {
            assert_eq!(challenge.add(name, "x"), Err(ChallengeError::InvalidName), "{name:?}");
        }
        for value in ["\"", "a\\", "\u{e9}", "a\r\nSet-Cookie: b", "\t", "\u{7f}"] {
            assert_eq!(challenge.add("a", value), Err(ChallengeError::InvalidValue), "{value:?}");
        }
        challenge.add("a", "x").expect("added");
        for name in ["a", "A", "realm", "Scope", "error", "error_description", "max_age", "ACR_values"] {
            let duplicate = ChallengeError::Duplicate { name: name.to_ascii_lowercase() };
            assert_eq!(challenge.add(name, "x"), Err(duplicate), "{name}");
        }
        assert_eq!(challenge.to_string(), "Bearer realm=\"api\", a=\"x\"");
    }

    #[test]
    fn errors_say_what_to_do() {
        for (error, remedy) in [
            (ChallengeError::InvalidName, "use letters"),
            (ChallengeError::InvalidValue, "percent-encoded"),
            (ChallengeError::Duplicate { name: "a".into() }, "`a` already; add each once"),
        ] {
            assert!(error.to_string().contains(remedy), "{error}");
        }
    }
}
