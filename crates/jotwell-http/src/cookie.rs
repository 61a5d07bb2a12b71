//! Tokens in cookies, for your own pages: RFC 6265, and the prefix `__Host-` of its successor.

use std::borrow::Cow;

use http::HeaderValue;
use jotwell::base64url;
use subtle::ConstantTimeEq;

use crate::bearer::Malformed;
#[cfg(feature = "encrypted-cookies")]
use crate::cookie_keys::CookieKeys;
use crate::request_head::{Field, RequestHead};

/// Tokens in cookies that scripts cannot read, for pages on the same host.
///
/// Sets three cookies, each with the prefix `__Host-` (only this host can set it over HTTPS, and it is sent to no other
/// host), `Secure` and `SameSite`:
///
/// | cookie | content | scripts |
/// |---|---|---|
/// | `__Host-access` | the access token | cannot read it |
/// | `__Host-refresh` | the refresh token | cannot read it |
/// | `__Host-csrf` | the anti-forgery token | can read it |
///
/// A browser also sends cookies with requests that other sites cause. So a request that may change state (any method
/// except GET, HEAD, OPTIONS and TRACE, and any with `Upgrade`) must repeat the anti-forgery token in the header
/// `X-CSRF-Token`. Only a page of this host can do so, because only it can read the cookie. Therefore **GET requests
/// must not change state**, and a WebSocket, for which a page cannot set a header, is rejected.
///
/// This does not protect against cross-site scripting: an injected script acts as the page.
///
/// ```js
/// const csrf = document.cookie.match(/(?:^|; )__Host-csrf=([^;]+)/)?.[1] ?? "";
/// await fetch("/orders", { method: "POST", headers: { "X-CSRF-Token": csrf } });
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cookies {
    same_site: SameSite,
    #[cfg(feature = "encrypted-cookies")]
    keys: Option<CookieKeys>,
}

/// The cross-site requests with which a browser sends the cookies (RFC 6265bis §5.6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameSite {
    /// None. A user who follows a link from another site arrives without the cookies.
    #[default]
    Strict,
    /// Top-level navigations to the page from another site.
    Lax,
}

pub(crate) const ACCESS: &str = "__Host-access";
const REFRESH: &str = "__Host-refresh";
pub(crate) const CSRF: &str = "__Host-csrf";
/// The limit of name and value together, in bytes: browsers silently drop a longer cookie (RFC 6265bis §5.6).
const MAX_COOKIE: usize = 4096;

/// The proof that your own page sent the request is missing or wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forged;

/// The reason why a cookie cannot be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotSet {
    /// Browsers would drop it.
    TooLong,
    /// The token could not be encrypted.
    #[cfg(feature = "encrypted-cookies")]
    Encryption,
}

impl Cookies {
    /// Creates settings with `SameSite=Strict`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates settings with this `SameSite` value.
    #[must_use]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Encrypts the access token in its cookie, so that reading the browser's cookies does not reveal the claims. Pass
    /// the same keys to [`Authenticator::encrypted_cookies`](crate::Authenticator::encrypted_cookies).
    ///
    /// The cookie is longer by about a third of the token and 100 bytes.
    #[cfg(feature = "encrypted-cookies")]
    #[cfg_attr(docsrs, doc(cfg(feature = "encrypted-cookies")))]
    #[must_use]
    pub fn encrypted(self, keys: CookieKeys) -> Self {
        Self { keys: Some(keys), ..self }
    }

    #[cfg(all(feature = "auth-routes", feature = "encrypted-cookies"))]
    pub(crate) fn keys(&self) -> Option<&CookieKeys> {
        self.keys.as_ref()
    }

    /// Returns the access token of a request.
    pub(crate) fn access_token<'a>(head: &RequestHead<'a>) -> Result<Option<&'a str>, Malformed> {
        value(head, ACCESS)
    }

    /// Returns the refresh token of a request.
    pub(crate) fn refresh_token<'a>(head: &RequestHead<'a>) -> Result<Option<&'a str>, Malformed> {
        value(head, REFRESH)
    }

    /// Returns an error unless your own page sent the request or it cannot change state.
    pub(crate) fn check_origin(head: &RequestHead<'_>) -> Result<(), Forged> {
        // A WebSocket begins with a GET, which a page of a sibling subdomain can send with these cookies, and all later
        // messages pass unchecked.
        if head.is_safe() && !head.upgrade() {
            return Ok(());
        }
        Self::check_proof(head)
    }

    /// Returns an error unless your own page sent the request.
    pub(crate) fn check_proof(head: &RequestHead<'_>) -> Result<(), Forged> {
        let cookie = value(head, CSRF).ok().flatten().filter(|value| !value.is_empty()).ok_or(Forged)?;
        let Field::Once(proof) = head.csrf() else { return Err(Forged) };
        if bool::from(proof.ct_eq(cookie.as_bytes())) { Ok(()) } else { Err(Forged) }
    }

    /// Returns `Set-Cookie` for an access token, a refresh token and an anti-forgery token, each with its lifetime in
    /// seconds.
    pub(crate) fn set(
        &self,
        access: (&str, u64),
        refresh: (&str, u64),
        csrf: &[u8; 32],
    ) -> Result<[HeaderValue; 3], NotSet> {
        let token = self.sealed(access.0)?;
        Ok([
            self.cookie(ACCESS, &token, access.1, true)?,
            self.cookie(REFRESH, refresh.0, refresh.1, true)?,
            self.cookie(CSRF, &base64url::encode(csrf), refresh.1, false)?,
        ])
    }

    #[cfg(feature = "encrypted-cookies")]
    fn sealed<'a>(&self, token: &'a str) -> Result<Cow<'a, str>, NotSet> {
        match &self.keys {
            Some(keys) => keys.seal(token).map(Cow::Owned).map_err(|_| NotSet::Encryption),
            None => Ok(Cow::Borrowed(token)),
        }
    }

    #[cfg(not(feature = "encrypted-cookies"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the feature needs both")]
    fn sealed<'a>(&self, token: &'a str) -> Result<Cow<'a, str>, NotSet> {
        Ok(Cow::Borrowed(token))
    }

    /// Returns `Set-Cookie` that removes all three.
    #[must_use]
    pub fn clear(&self) -> [HeaderValue; 3] {
        [ACCESS, REFRESH, CSRF].map(|name| {
            let cookie = self.cookie(name, "", 0, name != CSRF);
            // No part comes from outside, and all of it is valid in a header.
            cookie.unwrap_or_else(|_| HeaderValue::from_static(""))
        })
    }

    fn cookie(&self, name: &str, value: &str, max_age: u64, http_only: bool) -> Result<HeaderValue, NotSet> {
        if name.len().saturating_add(value.len()) > MAX_COOKIE {
            return Err(NotSet::TooLong);
        }
        let same_site = match self.same_site {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
        };
        let http_only = if http_only { "; HttpOnly" } else { "" };
        let cookie =
            format!("{name}={value}; Path=/; Max-Age={max_age}; Secure{http_only}; SameSite={same_site}");
        let mut value = HeaderValue::try_from(cookie).map_err(|_| NotSet::TooLong)?;
        // Not shown in logs of headers.
        value.set_sensitive(true);
        Ok(value)
    }
}

/// Returns the value of a cookie. Two of one name are ambiguous.
fn value<'a>(head: &RequestHead<'a>, name: &str) -> Result<Option<&'a str>, Malformed> {
    let mut found = None;
    for header in head.cookies() {
        // In bytes, because cookies of other software may not be text.
        for pair in header.split(|byte| *byte == b';') {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let (Some(key), Some(value)) = (parts.next(), parts.next()) else { continue };
            if key.trim_ascii() != name.as_bytes() {
                continue;
            }
            let value = core::str::from_utf8(value.trim_ascii()).map_err(|_| Malformed)?;
            if found.replace(value).is_some() {
                return Err(Malformed);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_head::{COOKIE, CSRF as CSRF_HEADER, UPGRADE};

    fn head<'a>(method: &'a str, cookies: &[&'a [u8]], proofs: &[&'a str]) -> RequestHead<'a> {
        let cookies = cookies.iter().map(|cookie| (COOKIE, *cookie));
        RequestHead::new(method, cookies.chain(proofs.iter().map(|proof| (CSRF_HEADER, proof.as_bytes()))))
    }

    fn headers<'a>(cookies: &[&'a str], proofs: &[&'a str]) -> RequestHead<'a> {
        let cookies: Vec<_> = cookies.iter().map(|cookie| cookie.as_bytes()).collect();
        head("POST", &cookies, proofs)
    }

    #[test]
    fn a_cookie_is_found_by_its_exact_name() {
        let one = headers(&["a=b; __Host-access=t.o.k; c=d"], &[]);
        assert_eq!(Cookies::access_token(&one), Ok(Some("t.o.k")));
        // HTTP/2 may send one header for each cookie (RFC 9113 §8.2.3).
        let many = headers(&["a=b", "__Host-access=t.o.k"], &[]);
        assert_eq!(Cookies::access_token(&many), Ok(Some("t.o.k")));
        for other in ["__host-access=a", "access=a", "x__Host-access=a", "__Host-access"] {
            assert_eq!(Cookies::access_token(&headers(&[other], &[])), Ok(None), "{other}");
        }
        assert_eq!(Cookies::access_token(&headers(&[], &[])), Ok(None));
        assert_eq!(Cookies::refresh_token(&headers(&["__Host-refresh=r"], &[])), Ok(Some("r")));
    }

    #[test]
    fn a_duplicate_cookie_is_malformed() {
        for cookies in [&["__Host-access=a; __Host-access=a"][..], &["__Host-access=a", "__Host-access=b"]] {
            assert_eq!(Cookies::access_token(&headers(cookies, &[])), Err(Malformed));
        }
        let own = head("GET", &[b"__Host-access=\xff"], &[]);
        assert_eq!(Cookies::access_token(&own), Err(Malformed));
    }

    #[test]
    fn cookies_of_other_software_do_not_matter() {
        let odd = head("GET", &[b"a=\xff; __Host-access=t.o.k; b=\xe9"], &[]);
        assert_eq!(Cookies::access_token(&odd), Ok(Some("t.o.k")));
    }

    #[test]
    fn a_get_with_upgrade_needs_the_anti_forgery_token() {
        let cookie = (COOKIE, &b"__Host-csrf=abc"[..]);
        let (upgrade, proof) = ((UPGRADE, &b"websocket"[..]), (CSRF_HEADER, &b"abc"[..]));
        let check = |headers: &[_]| Cookies::check_origin(&RequestHead::new("GET", headers.iter().copied()));
        assert_eq!(check(&[cookie]), Ok(()));
        assert_eq!(check(&[cookie, upgrade]), Err(Forged));
        assert_eq!(check(&[cookie, upgrade, proof]), Ok(()));
    }

    #[test]
    fn a_cookie_that_browsers_would_drop_is_not_set() {
        let (fits, long) = ("x".repeat(MAX_COOKIE - ACCESS.len()), "x".repeat(MAX_COOKIE - ACCESS.len() + 1));
        assert!(Cookies::new().set((&fits, 900), ("r", 900), &[0; 32]).is_ok());
        assert_eq!(Cookies::new().set((&long, 900), ("r", 900), &[0; 32]), Err(NotSet::TooLong));
    }

    #[test]
    fn only_equal_values_prove_the_origin() {
        let forged = Err(Forged);
        let check = |cookies: &[&str], proofs: &[&str]| Cookies::check_origin(&headers(cookies, proofs));
        assert_eq!(check(&["__Host-csrf=abc"], &["abc"]), Ok(()));
        assert_eq!(check(&["__Host-csrf=abc"], &["abd"]), forged);
        assert_eq!(check(&["__Host-csrf=abc"], &["ab"]), forged);
        assert_eq!(check(&["__Host-csrf=abc"], &[""]), forged);
        assert_eq!(check(&["__Host-csrf=abc"], &[]), forged);
        assert_eq!(check(&["__Host-csrf=abc"], &["abc", "abc"]), forged);
        assert_eq!(check(&["__Host-csrf=abc; __Host-csrf=abc"], &["abc"]), forged);
        assert_eq!(check(&["__Host-csrf="], &[""]), forged);
        assert_eq!(check(&[], &["abc"]), forged);
        assert_eq!(check(&[], &[]), forged);
    }

    #[test]
    fn only_safe_methods_need_no_anti_forgery_token() {
        let check = |method| Cookies::check_origin(&RequestHead::new(method, []));
        for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
            assert_eq!(check(method), Ok(()), "{method}");
        }
        for method in ["POST", "PUT", "PATCH", "DELETE", "CONNECT", "PURGE", "get", ""] {
            assert_eq!(check(method), Err(Forged), "{method}");
        }
    }

    #[test]
    fn cookies_are_set_with_every_attribute() {
        let [access, refresh, csrf] =
            Cookies::new().set(("a.b.c", 900), ("r", 2_592_000), &[0; 32]).expect("headers");
        assert!(access.is_sensitive());
        assert_eq!(access, "__Host-access=a.b.c; Path=/; Max-Age=900; Secure; HttpOnly; SameSite=Strict");
        assert_eq!(refresh, "__Host-refresh=r; Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Strict");
        let text = "__Host-csrf=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; Path=/; Max-Age=2592000; Secure; SameSite=Strict";
        assert_eq!(csrf, text);
        let [access, ..] = Cookies::new().same_site(SameSite::Lax).clear();
        assert_eq!(access, "__Host-access=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
    }
}
