//! The form in the body of a request: RFC 6749 §3.2 and appendix B.

use http::StatusCode;
use zeroize::Zeroizing;

use crate::plain_response::PlainResponse;
use crate::routes::answer::error;
use crate::routes::incoming::Incoming;

/// Parameters without duplicates. An empty one counts as omitted.
pub(super) struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    pub(super) fn read(request: &Incoming) -> Result<Self, PlainResponse> {
        let remedy = "send application/x-www-form-urlencoded";
        let bytes = request.body_of("application/x-www-form-urlencoded", remedy)?;
        Self::parse(bytes).ok_or_else(|| invalid("a parameter appears twice"))
    }

    /// Returns `None` if a parameter appears twice, because it is unclear which one counts.
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

pub(super) fn invalid(description: &'static str) -> PlainResponse {
    error(StatusCode::BAD_REQUEST, "invalid_request", description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_must_not_appear_twice() {
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
