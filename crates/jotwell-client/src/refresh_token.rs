//! The token that is exchanged for the next access token.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use zeroize::Zeroizing;

use crate::access_token::MalformedToken;

/// A refresh token: visible ASCII characters and spaces (RFC 6749 appendix A.17).
///
/// Its text is zeroized when it is dropped. `Debug` does not show it.
#[derive(Clone)]
pub struct RefreshToken(Zeroizing<String>);

impl RefreshToken {
    /// Creates a refresh token from its stored text.
    ///
    /// # Errors
    /// [`MalformedToken`] if the text is empty or contains other characters.
    pub fn new(text: impl Into<String>) -> Result<Self, MalformedToken> {
        let text = Zeroizing::new(text.into());
        let is_valid = !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if is_valid { Ok(Self(text)) } else { Err(MalformedToken) }
    }

    /// Returns the text, for storage.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(..)")
    }
}

/// The result of storing a refresh token.
pub type StoreFuture<'a> =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// Stores each new refresh token: in a file, or in a keychain.
///
/// A token source waits for it before it returns the access token that was issued with it. So after a crash at any
/// moment, the stored token is the current one, or the previous one, which the server accepts for a few more seconds
/// (10 by default with `jotwell-http`).
///
/// Closures implement this trait:
///
/// ```
/// use jotwell_client::{RefreshToken, StoreRefreshToken};
///
/// fn to_disk() -> impl StoreRefreshToken {
///     |token: RefreshToken| async move {
///         let text = token.as_str().to_owned();
///         // Write a new file with access for its owner only, then rename it.
///         # let _ = text;
///         Ok::<(), std::io::Error>(())
///     }
/// }
/// ```
pub trait StoreRefreshToken: Send + Sync + 'static {
    /// Stores the token in place of the previous one.
    ///
    /// # Errors
    /// Any. The token is kept in memory, and stored again before the next access token is returned.
    fn store(&self, token: RefreshToken) -> StoreFuture<'_>;
}

impl<F, R, E> StoreRefreshToken for F
where
    F: Fn(RefreshToken) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    fn store(&self, token: RefreshToken) -> StoreFuture<'_> {
        let stored = self(token);
        Box::pin(async move { stored.await.map_err(Into::into) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_visible_ascii_and_does_not_show_it() {
        let token = RefreshToken::new("a secret").expect("a token");
        assert_eq!(format!("{token:?}"), "RefreshToken(..)");
        assert_eq!(token.as_str(), "a secret");
        for bad in ["", "a\n", "ä"] {
            assert_eq!(RefreshToken::new(bad).err(), Some(MalformedToken), "{bad:?}");
        }
    }
}
