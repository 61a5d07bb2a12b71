//! Addresses of key sets and metadata documents.

use std::error::Error as StdError;
use std::fmt;
use std::net::IpAddr;

use http::Uri;

/// An address from which documents may be fetched.
///
/// Displayed without its query, which can hold a secret.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address(Uri);

/// Whether a connection must be encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// Only `https`.
    Https,
    /// Also `http`, to a loopback address.
    PlainOnLoopback,
    /// Also `http`, to this host.
    PlainTo(Box<str>),
}

impl Transport {
    fn allows_http_to(&self, host: &str) -> bool {
        match self {
            Self::Https => false,
            Self::PlainOnLoopback => is_loopback(host),
            Self::PlainTo(allowed) => allowed.eq_ignore_ascii_case(host),
        }
    }
}

/// The reason why an address is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// It is not an absolute URL (RFC 3986 §3).
    Malformed,
    /// It is not `https`: anyone on the network could replace the keys. With
    /// [`allow_http_on_loopback`](super::RemoteJwkSetBuilder::allow_http_on_loopback) it is not a numeric loopback
    /// address either (a name can resolve to any host), or the metadata document that names it came over `https`. With
    /// [`danger_allow_http_to`](super::RemoteJwkSetBuilder::danger_allow_http_to) it is another host.
    NotHttps,
    /// It contains a user or a password, which would end up in logs.
    Credentials,
    /// It has a fragment, which is never sent.
    Fragment,
    /// It has a query, which an issuer does not have (OpenID Connect Discovery 1.0 §3).
    Query,
}

impl Address {
    pub(super) fn parse(text: &str, transport: &Transport) -> Result<Self, AddressError> {
        // `Uri` drops the fragment without an error.
        if text.contains('#') {
            return Err(AddressError::Fragment);
        }
        let uri: Uri = text.parse().map_err(|_| AddressError::Malformed)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(AddressError::Malformed);
        };
        if authority.as_str().contains('@') {
            return Err(AddressError::Credentials);
        }
        if authority.host().is_empty() {
            return Err(AddressError::Malformed);
        }
        match scheme {
            "https" => Ok(Self(uri)),
            "http" if transport.allows_http_to(authority.host()) => Ok(Self(uri)),
            _ => Err(AddressError::NotHttps),
        }
    }

    /// Returns whether the connection is encrypted.
    pub(super) fn is_https(&self) -> bool {
        self.0.scheme_str() == Some("https")
    }

    /// Returns whether the host is a numeric loopback address.
    pub(super) fn is_loopback(&self) -> bool {
        self.0.host().is_some_and(is_loopback)
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.0
    }

    pub(super) fn has_query(&self) -> bool {
        self.0.query().is_some()
    }
}

/// Returns whether this is a numeric loopback address.
pub(super) fn is_loopback(host: &str) -> bool {
    let digits = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    digits.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.authority().map_or("", |authority| authority.as_str());
        write!(f, "{}://{host}{}", self.0.scheme_str().unwrap_or(""), self.0.path())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the address is not an absolute URL",
            Self::NotHttps => "the address is not https",
            Self::Credentials => "the address has a user or a password in it",
            Self::Fragment => "the address has a fragment",
            Self::Query => "the address of an issuer has a query",
        })
    }
}

impl StdError for AddressError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn https(text: &str) -> Result<Address, AddressError> {
        Address::parse(text, &Transport::Https)
    }

    fn plain(text: &str) -> Result<Address, AddressError> {
        Address::parse(text, &Transport::PlainOnLoopback)
    }

    #[test]
    fn https_is_accepted() {
        for text in ["https://auth.example", "HTTPS://auth.example:8443/keys?v=1", "https://[::1]/keys"] {
            assert!(https(text).is_ok(), "{text}");
            assert!(plain(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for text in ["http://auth.example", "http://127.0.0.1/keys", "ftp://auth.example", "file://host/etc"]
        {
            assert_eq!(https(text), Err(AddressError::NotHttps), "{text}");
        }
        for text in
            ["", "/keys", "auth.example", "auth.example/keys", "https://", "https:///keys", "https://a b/"]
        {
            assert_eq!(https(text), Err(AddressError::Malformed), "{text}");
        }
        assert_eq!(https("https://user:secret@auth.example/"), Err(AddressError::Credentials));
        assert_eq!(https("https://auth.example/keys#one"), Err(AddressError::Fragment));
    }

    #[test]
    fn plain_http_is_only_for_loopback_addresses() {
        for text in ["http://127.0.0.1/keys", "http://127.9.9.9:80/", "http://[::1]:8080/"] {
            assert!(plain(text).is_ok(), "{text}");
        }
        for text in [
            "http://localhost/keys",
            "http://127.0.0.1.auth.example/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://[::2]/",
        ] {
            assert_eq!(plain(text), Err(AddressError::NotHttps), "{text}");
        }
        assert_eq!(plain("http://127.0.0.1@auth.example/"), Err(AddressError::Credentials));
    }

    #[test]
    fn plain_http_is_only_for_the_allowed_host() {
        let transport = Transport::PlainTo("keycloak".into());
        let parse = |text: &str| Address::parse(text, &transport).map(drop);
        for text in ["http://keycloak:8080/realms/a", "http://KEYCLOAK/", "https://auth.example/"] {
            assert_eq!(parse(text), Ok(()), "{text}");
        }
        for text in ["http://keycloak.example/", "http://127.0.0.1/", "http://keycloak2/", "ftp://keycloak/"]
        {
            assert_eq!(parse(text), Err(AddressError::NotHttps), "{text}");
        }
        assert_eq!(parse("http://keycloak@auth.example/"), Err(AddressError::Credentials));
    }

    #[test]
    fn a_query_is_not_shown() {
        let address = https("https://auth.example/keys?code=secret").unwrap();
        assert!(address.has_query());
        assert_eq!(format!("{address} {address:?}"), "https://auth.example/keys https://auth.example/keys");
    }
}
