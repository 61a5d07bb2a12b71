//! The form in the body of a request: RFC 6749 §3.2 and appendix B.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use zeroize::Zeroizing;

use crate::axum::routes::answer::error;

/// Parameters, each once at most. An empty one counts as left out.
pub(super) struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    pub(super) async fn read(request: Request) -> Result<Self, Response> {
        let mut kinds = request.headers().get_all(CONTENT_TYPE).into_iter();
        let kind = kinds.next().and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") || kinds.next().is_some() {
            let description = "send application/x-www-form-urlencoded";
            return Err(error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", description));
        }
        // Up to the limit that the router has set.
        let bytes = Bytes::from_request(request, &()).await.map_err(|rejection| {
            error(rejection.status(), "invalid_request", "the body is too long, or broke off")
        })?;
        Self::parse(&bytes).ok_or_else(|| invalid("a parameter is there twice"))
    }

    /// `None` if a parameter is there twice: which of them would have been meant?
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut form: Vec<(String, Zeroizing<String>)> = Vec::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            if form.iter().any(|(other, _)| *other == *name) {
                return None;
            }
            form.push((name.into_owned(), Zeroizing::new(value.into_owned())));
        }
        Some(Self(form))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, value)| own == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }
}

pub(super) fn invalid(description: &'static str) -> Response {
    error(StatusCode::BAD_REQUEST, "invalid_request", description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_there_once() {
        let form = Form::parse(b"token=a%2Bb+c&hint=&x").expect("a form");
        assert_eq!(
            (form.get("token"), form.get("hint"), form.get("x"), form.get("y")),
            (Some("a+b c"), None, None, None)
        );
        for twice in ["token=a&token=a", "token=a&token=", "token&%74oken=b", "x=1&token=a&x=1"] {
            assert!(Form::parse(twice.as_bytes()).is_none(), "{twice}");
        }
    }
}
