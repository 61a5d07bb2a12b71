//! The parts of a request that authentication reads, without types of a framework.

use std::fmt;

use http::request::Parts;
use http::{HeaderMap, Method, Request};

/// The method of a request, and the headers that authentication reads.
///
/// Create it from a framework's pairs of names and values; `http` 1 and actix-web convert by `into`. Pass a name that
/// appears several times as often: two tokens are an error.
///
/// ```
/// use jotwell_http::{Auth, AuthError, Authenticator, RequestHead};
///
/// async fn adapter(
///     authenticator: &Authenticator,
///     method: &str,
///     headers: &[(String, Vec<u8>)],
/// ) -> Result<Auth, AuthError> {
///     let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
///     authenticator.authenticate_head(RequestHead::new(method, pairs), None).await
/// }
/// ```
#[derive(Clone)]
pub struct RequestHead<'a> {
    method: &'a str,
    authorization: Field<'a>,
    csrf: Field<'a>,
    /// HTTP/2 may send one header for each cookie (RFC 9113 §8.2.3).
    cookies: Vec<&'a [u8]>,
    upgrade: bool,
    others: Others<'a>,
}

/// The headers that only some authenticators read.
#[derive(Clone)]
enum Others<'a> {
    Map(&'a HeaderMap),
    Pairs(Vec<(&'a str, &'a [u8])>),
}

/// Returns the values of a header that may appear once at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field<'a> {
    Absent,
    Once(&'a [u8]),
    Repeated,
}

impl<'a> Field<'a> {
    fn add(&mut self, value: &'a [u8]) {
        *self = if *self == Self::Absent { Self::Once(value) } else { Self::Repeated };
    }
}

/// The names of the headers that are read.
pub(crate) const AUTHORIZATION: &str = "authorization";
pub(crate) const COOKIE: &str = "cookie";
pub(crate) const UPGRADE: &str = "upgrade";
/// The header that repeats the anti-forgery token of a cookie.
pub(crate) const CSRF: &str = "x-csrf-token";

impl<'a> RequestHead<'a> {
    /// Creates it from a method and from headers, in the order in which they were sent. Names of headers are
    /// case-insensitive; methods are case-sensitive (RFC 9110 §9.1).
    #[must_use]
    pub fn new(method: &'a str, headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut others = Vec::new();
        let head = Self::read(method, headers, |pair| others.push(pair));
        Self { others: Others::Pairs(others), ..head }
    }

    fn of_map(method: &'a str, headers: &'a HeaderMap) -> Self {
        let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        Self { others: Others::Map(headers), ..Self::read(method, pairs, |_| {}) }
    }

    fn read(
        method: &'a str,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        mut other: impl FnMut((&'a str, &'a [u8])),
    ) -> Self {
        let mut head = Self {
            method,
            authorization: Field::Absent,
            csrf: Field::Absent,
            cookies: Vec::new(),
            upgrade: false,
            others: Others::Pairs(Vec::new()),
        };
        for (name, value) in headers {
            if name.eq_ignore_ascii_case(AUTHORIZATION) {
                head.authorization.add(value);
            } else if name.eq_ignore_ascii_case(COOKIE) {
                head.cookies.push(value);
            } else if name.eq_ignore_ascii_case(CSRF) {
                head.csrf.add(value);
            } else if name.eq_ignore_ascii_case(UPGRADE) {
                head.upgrade = true;
            } else {
                other((name, value));
            }
        }
        head
    }

    /// Returns the header of that name.
    pub(crate) fn field(&self, name: &str) -> Field<'a> {
        let mut field = Field::Absent;
        match &self.others {
            _ if name.eq_ignore_ascii_case(AUTHORIZATION) => field = self.authorization,
            Others::Map(headers) => {
                headers.get_all(name).into_iter().for_each(|value| field.add(value.as_bytes()));
            }
            Others::Pairs(pairs) => pairs
                .iter()
                .filter(|(other, _)| other.eq_ignore_ascii_case(name))
                .for_each(|(_, value)| field.add(value)),
        }
        field
    }

    pub(crate) fn method(&self) -> &'a str {
        self.method
    }

    pub(crate) fn authorization(&self) -> Field<'a> {
        self.authorization
    }

    pub(crate) fn csrf(&self) -> Field<'a> {
        self.csrf
    }

    pub(crate) fn cookies(&self) -> impl Iterator<Item = &'a [u8]> {
        self.cookies.iter().copied()
    }

    pub(crate) fn upgrade(&self) -> bool {
        self.upgrade
    }

    /// Returns whether the method is safe (RFC 9110 §9.2.1).
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }
}

/// Without a method, a request counts as one that may change state.
impl<'a> From<&'a HeaderMap> for RequestHead<'a> {
    fn from(headers: &'a HeaderMap) -> Self {
        Self::of_map("", headers)
    }
}

impl<'a> From<(&'a Method, &'a HeaderMap)> for RequestHead<'a> {
    fn from((method, headers): (&'a Method, &'a HeaderMap)) -> Self {
        Self::of_map(method.as_str(), headers)
    }
}

impl<'a> From<&'a Parts> for RequestHead<'a> {
    fn from(parts: &'a Parts) -> Self {
        Self::from((&parts.method, &parts.headers))
    }
}

impl<'a, B> From<&'a Request<B>> for RequestHead<'a> {
    fn from(request: &'a Request<B>) -> Self {
        Self::from((request.method(), request.headers()))
    }
}

impl fmt::Debug for RequestHead<'_> {
    /// Shows only the method.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead").field("method", &self.method).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_case_insensitive_and_every_value_counts() {
        let head = RequestHead::new(
            "POST",
            [
                ("Authorization", &b"Bearer a"[..]),
                ("X-CSRF-Token", b"p"),
                ("Cookie", b"a=b"),
                ("cookie", b"c=d"),
                ("UPGRADE", b""),
                ("authorization-info", b"x"),
            ],
        );
        assert_eq!(head.authorization(), Field::Once(b"Bearer a"));
        assert_eq!(head.csrf(), Field::Once(b"p"));
        assert_eq!(head.cookies().collect::<Vec<_>>(), [b"a=b", b"c=d"]);
        assert!(head.upgrade() && !head.is_safe());
        let twice = RequestHead::new("GET", [("authorization", &b"a"[..]), ("AUTHORIZATION", b"a")]);
        assert_eq!(twice.authorization(), Field::Repeated);
        let thrice = [("x-csrf-token", &b"a"[..]); 3];
        assert_eq!(RequestHead::new("GET", thrice).csrf(), Field::Repeated);
    }

    #[test]
    fn every_header_is_found_for_all_ways_to_create_the_head() {
        let mut map = HeaderMap::new();
        for (name, value) in [("x-token", "a"), ("x-twice", "a"), ("x-twice", "b"), ("authorization", "c")] {
            map.append(name, http::HeaderValue::from_static(value));
        }
        let pairs = [("X-Token", &b"a"[..]), ("x-twice", b"a"), ("X-TWICE", b"b"), ("Authorization", b"c")];
        for head in [RequestHead::from(&map), RequestHead::new("GET", pairs)] {
            assert_eq!(head.field("x-token"), Field::Once(b"a"));
            assert_eq!(head.field("X-Token"), Field::Once(b"a"));
            assert_eq!(head.field("x-twice"), Field::Repeated);
            assert_eq!(head.field("authorization"), Field::Once(b"c"));
            assert_eq!(head.field("x-other"), Field::Absent);
        }
    }

    #[test]
    fn a_method_is_safe_by_its_exact_name() {
        let head = |method| RequestHead::new(method, []);
        assert!(["GET", "HEAD", "OPTIONS", "TRACE"].into_iter().all(|method| head(method).is_safe()));
        for method in ["", "get", "Get", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "PURGE", "GETS"] {
            assert!(!head(method).is_safe(), "{method}");
        }
        let headers = HeaderMap::new();
        assert!(!RequestHead::from(&headers).is_safe());
        assert!(RequestHead::from(&Request::new(())).is_safe());
    }

    #[test]
    fn debug_shows_no_token() {
        let text = format!("{:?}", RequestHead::new("GET", [("authorization", &b"Bearer s3cret"[..])]));
        assert_eq!(text, r#"RequestHead { method: "GET", .. }"#);
    }
}
