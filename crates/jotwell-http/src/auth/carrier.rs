//! The carrier of a request's token.

use std::sync::Arc;

use crate::cookie::{Cookies, Forged};
use crate::request_head::RequestHead;

/// The part of a request that contained the token. For a cookie it records the request that the anti-forgery check was
/// made for: middleware can change the method afterwards, and a GET needs no anti-forgery token but a DELETE does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    /// The header `Authorization`, which a browser sends only if a script of the same origin sets it.
    Authorization,
    /// Another header, which a proxy or a configured client sends.
    TokenHeader,
    /// A cookie. The request was checked as one with this method, and with or without `Upgrade`.
    Cookie { method: Arc<str>, upgrade: bool },
}

impl Carrier {
    /// Checks a request whose token is in a cookie.
    pub(super) fn cookie(head: &RequestHead<'_>) -> Result<Self, Forged> {
        Cookies::check_origin(head)?;
        Ok(Self::Cookie { method: Arc::from(head.method()), upgrade: head.upgrade() })
    }

    /// Checks the request again if its method has changed, or if it has become a request for an upgrade.
    pub(super) fn recheck(&mut self, head: &RequestHead<'_>) -> Result<(), Forged> {
        match self {
            Self::Cookie { method: checked, upgrade }
                if **checked != *head.method() || *upgrade != head.upgrade() =>
            {
                *self = Self::cookie(head)?;
                Ok(())
            }
            Self::Cookie { .. } | Self::Authorization | Self::TokenHeader => Ok(()),
        }
    }
}
