//! URLs that credentials are sent to.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;

use http::Uri;

/// Why credentials are not sent to a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// It is not an absolute URL (RFC 3986 §3).
    Malformed,
    /// It is neither `https` nor a numeric loopback address, so anyone on the network path could read the tokens.
    NotHttps,
    /// It contains a user or a password, which would end up in logs.
    Credentials,
    /// It contains a fragment, which is never sent.
    Fragment,
    /// It has a path or a query, which an origin does not have.
    NotOrigin,
}

/// Parses the URL of an endpoint: `https`, or `http` with a numeric loopback address.
pub(crate) fn parse(text: &str) -> Result<Uri, AddressError> {
    // `Uri` drops it without an error.
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
    match scheme {
        _ if authority.host().is_empty() => Err(AddressError::Malformed),
        "https" => Ok(uri),
        "http" if is_loopback(authority.host()) => Ok(uri),
        _ => Err(AddressError::NotHttps),
    }
}

/// Returns whether this is a numeric loopback address. A name can resolve to any host.
fn is_loopback(host: &str) -> bool {
    let digits = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    digits.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the address is not an absolute URL; write it as `https://host/path`",
            Self::NotHttps => {
                "the address is not `https`; plain `http` is for loopback addresses in digits, such as `http://127.0.0.1`"
            }
            Self::Credentials => "the address has a user or a password; remove them",
            Self::Fragment => "the address has a fragment; remove `#` and what follows it",
            Self::NotOrigin => "the origin has a path or a query; write it as `https://host` or `https://host:port`",
        })
    }
}

impl Error for AddressError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_https_and_loopback_and_no_other_address() {
        for good in ["https://a.example/token", "http://127.0.0.1:3000", "http://[::1]:3000/x"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for (bad, error) in [
            ("/token", AddressError::Malformed),
            ("https:", AddressError::Malformed),
            ("http://a.example", AddressError::NotHttps),
            ("http://localhost", AddressError::NotHttps),
            ("http://127.0.0.1.evil.example", AddressError::NotHttps),
            ("ftp://127.0.0.1", AddressError::NotHttps),
            ("https://me:secret@a.example", AddressError::Credentials),
            ("https://a.example/#x", AddressError::Fragment),
        ] {
            assert_eq!(parse(bad), Err(error), "{bad}");
        }
    }
}
