//! The token that is sent with requests.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use zeroize::Zeroizing;

/// An access token: a `b64token` of RFC 6750 §2.1.
///
/// Clones share one text, which is zeroized when the last of them is dropped. `Debug` does not show it.
#[derive(Clone)]
pub struct AccessToken(Arc<Zeroizing<String>>);

impl AccessToken {
    /// Creates an access token from its text.
    ///
    /// # Errors
    /// [`MalformedToken`] if the text is not a `b64token`: letters, digits and `-._~+/`, then any number of `=`.
    pub fn new(text: impl Into<String>) -> Result<Self, MalformedToken> {
        let text = Zeroizing::new(text.into());
        if is_b64token(&text) { Ok(Self(Arc::new(text))) } else { Err(MalformedToken) }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the value of the header `Authorization`, marked as sensitive. It is a copy that is not zeroized.
    #[must_use]
    pub fn to_header(&self) -> HeaderValue {
        let text = Zeroizing::new(format!("Bearer {}", self.as_str()));
        let mut value = HeaderValue::try_from(text.as_str()).expect("a `b64token` is visible ASCII");
        value.set_sensitive(true);
        value
    }

    /// Returns whether this is the same token, not only an equal text: a server may issue the same text twice.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

fn is_b64token(text: &str) -> bool {
    let symbols = text.trim_end_matches('=');
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !symbols.is_empty() && symbols.bytes().all(allowed)
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(..)")
    }
}

/// A text is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedToken;

impl fmt::Display for MalformedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the text is empty or has characters that a token cannot have; is there white space around it?",
        )
    }
}

impl Error for MalformedToken {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_texts_of_rfc_6750_and_no_other() {
        for good in ["a", "mF_9.B5f-4.1JqM", "a~+/b==", "eyJ.eyJ.c2ln"] {
            assert_eq!(AccessToken::new(good).expect("a token").to_header(), format!("Bearer {good}"));
        }
        for bad in ["", "=", "a b", "a\n", "a=b", "ä", "a\r\nx: y"] {
            assert_eq!(AccessToken::new(bad).err(), Some(MalformedToken), "{bad:?}");
        }
    }

    #[test]
    fn neither_debug_nor_a_header_shows_the_text() {
        let token = AccessToken::new("secret").expect("a token");
        assert!(!format!("{token:?} {:?}", token.to_header()).contains("secret"));
    }
}
