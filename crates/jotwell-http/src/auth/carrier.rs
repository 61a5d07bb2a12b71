//! How the token of a request was sent.

use http::header::UPGRADE;
use http::{HeaderMap, Method};

use crate::cookie::{Cookies, Forged};

/// The place that the token of a request was in. For a cookie it remembers what the anti-forgery check was made for:
/// middleware can change the method afterwards, and a GET needs no anti-forgery token where a DELETE does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    /// The header `Authorization`, which no browser sends unless a script of the same origin asks for it.
    Header,
    /// A cookie. The request was checked as one with this method, and with or without `Upgrade`.
    Cookie { method: Method, upgrade: bool },
}

impl Carrier {
    /// Checks a request whose token is in a cookie.
    pub(super) fn cookie(method: &Method, headers: &HeaderMap) -> Result<Self, Forged> {
        Cookies::check_origin(method, headers)?;
        Ok(Self::Cookie { method: method.clone(), upgrade: headers.contains_key(UPGRADE) })
    }

    /// Checks the request again if it has another method than before, or has become a request for an upgrade.
    pub(super) fn recheck(&mut self, method: &Method, headers: &HeaderMap) -> Result<(), Forged> {
        match self {
            Self::Cookie { method: checked, upgrade }
                if checked != method || *upgrade != headers.contains_key(UPGRADE) =>
            {
                *self = Self::cookie(method, headers)?;
                Ok(())
            }
            Self::Cookie { .. } | Self::Header => Ok(()),
        }
    }
}
