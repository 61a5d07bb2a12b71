//! Origins that a token may be sent to.

use std::fmt;

use http::Uri;

use crate::endpoint::{self, AddressError};

/// An origin: scheme, host and port (RFC 6454 §4). A token is sent only to the origins that are configured for it.
///
/// ```
/// use jotwell_client::Origin;
///
/// let origin = Origin::new("https://api.example")?;
/// assert_eq!(origin, Origin::new("HTTPS://API.example:443/")?);
/// assert_ne!(origin, Origin::new("https://api.example:8443")?);
/// # Ok::<(), jotwell_client::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    is_https: bool,
    host: Box<str>,
    port: u16,
}

impl Origin {
    /// Parses an origin such as `https://api.example`. `http` is allowed only for numeric loopback addresses.
    ///
    /// # Errors
    /// [`AddressError`], with [`NotOrigin`](AddressError::NotOrigin) for an address with a path or a query.
    pub fn new(text: &str) -> Result<Self, AddressError> {
        let uri = endpoint::parse(text)?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(AddressError::NotOrigin);
        }
        Self::of(&uri).ok_or(AddressError::Malformed)
    }

    /// Returns the origin of an absolute URL. `None` for a relative one and for other schemes.
    pub(crate) fn of(uri: &Uri) -> Option<Self> {
        Self::from_parts(uri.scheme_str()?, uri.host()?, uri.port_u16())
    }

    pub(crate) fn from_parts(scheme: &str, host: &str, port: Option<u16>) -> Option<Self> {
        let (is_https, default) = match scheme {
            "https" => (true, 443),
            "http" => (false, 80),
            _ => return None,
        };
        let host = host.to_ascii_lowercase().into_boxed_str();
        Some(Self { is_https, host, port: port.unwrap_or(default) })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_differ_by_scheme_host_and_port() {
        let origin = Origin::new("https://a.example").expect("an origin");
        let of = |uri: &str| Origin::of(&uri.parse().expect("an address"));
        assert_eq!(of("https://A.example/path?query"), Some(origin.clone()));
        for other in ["http://a.example", "https://b.example", "https://a.example:444", "https://a.example."]
        {
            assert_ne!(of(other), Some(origin.clone()), "{other}");
        }
        assert_eq!((of("/path"), of("ftp://a.example")), (None, None));
        assert_eq!(Origin::new("https://a.example/x"), Err(AddressError::NotOrigin));
        assert_eq!(Origin::new("https://a.example?x"), Err(AddressError::NotOrigin));
        assert_eq!(origin.to_string(), "https://a.example:443");
    }
}
