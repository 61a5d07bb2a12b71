//! The response to a request for tokens (RFC 6749 §5).

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{Response, StatusCode};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::access_token::AccessToken;
use crate::error::{OAuthError, TokenError};
use crate::refresh_token::RefreshToken;
use crate::transport::{MAX_BODY, TransportError};

/// The tokens that a server issues.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) access: AccessToken,
    /// The lifetime of the access token, if the server returns it.
    pub(crate) lifetime: Option<Duration>,
    /// The new refresh token, if there is one.
    pub(crate) refresh: Option<RefreshToken>,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: Zeroizing<String>,
    token_type: String,
    expires_in: Option<u64>,
    refresh_token: Option<Zeroizing<String>>,
}

#[derive(Deserialize)]
struct ErrorBody {
    error: String,
}

/// Reads tokens, or the error, from a response.
pub(crate) fn read(response: &Response<Zeroizing<Vec<u8>>>) -> Result<Issued, TokenError> {
    let (status, body) = (response.status(), response.body());
    if body.len() > MAX_BODY {
        return Err(TokenError::Transport(TransportError::TooLong { limit: MAX_BODY }));
    }
    if status == StatusCode::OK {
        return tokens(body).map_err(|reason| TokenError::MalformedResponse { status, reason });
    }
    if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
        let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        return Err(TokenError::Unavailable { status, retry_after: after.map(Duration::from_secs) });
    }
    if status.is_redirection() {
        let reason = "it is a redirect, which is not followed; configure the address that it leads to";
        return Err(TokenError::MalformedResponse { status, reason });
    }
    let error = serde_json::from_slice::<ErrorBody>(body).map(|body| OAuthError::from_code(&body.error));
    Err(TokenError::Refused { status, error: error.unwrap_or(OAuthError::Other) })
}

fn tokens(body: &[u8]) -> Result<Issued, &'static str> {
    let tokens: Tokens =
        serde_json::from_slice(body).map_err(|_| "it is not JSON with `access_token` and `token_type`")?;
    if !tokens.token_type.eq_ignore_ascii_case("Bearer") {
        return Err("`token_type` is not `Bearer`");
    }
    let access =
        AccessToken::new(tokens.access_token.as_str()).map_err(|_| "`access_token` is not a bearer token")?;
    let refresh = tokens.refresh_token.map(|text| RefreshToken::new(text.as_str())).transpose();
    let refresh = refresh.map_err(|_| "`refresh_token` is empty or has control characters")?;
    Ok(Issued { access, lifetime: tokens.expires_in.map(Duration::from_secs), refresh })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Issued, TokenError> {
        let body = Zeroizing::new(body.as_bytes().to_vec());
        read(&Response::builder().status(status).header(RETRY_AFTER, "7").body(body).expect("a response"))
    }

    #[test]
    fn reads_tokens_with_and_without_optional_members() {
        let issued = answer(
            200,
            r#"{"access_token":"a","token_type":"bearer","expires_in":9,"refresh_token":"r","x":1}"#,
        );
        let issued = issued.expect("tokens");
        assert_eq!((issued.access.as_str(), issued.lifetime), ("a", Some(Duration::from_secs(9))));
        assert_eq!(issued.refresh.as_ref().map(RefreshToken::as_str), Some("r"));
        assert!(!format!("{issued:?}").contains("\"a\""));
        let issued = answer(200, r#"{"access_token":"a","token_type":"Bearer"}"#).expect("tokens");
        assert!(issued.lifetime.is_none() && issued.refresh.is_none());
    }

    #[test]
    fn each_wrong_response_has_its_error() {
        for body in [
            "",
            "[]",
            r#"{"access_token":"a"}"#,
            r#"{"access_token":"a","token_type":"DPoP"}"#,
            r#"{"access_token":"a b","token_type":"Bearer"}"#,
            r#"{"access_token":"a","token_type":"Bearer","expires_in":-1}"#,
            r#"{"access_token":"a","token_type":"Bearer","refresh_token":""}"#,
        ] {
            let error = answer(200, body).expect_err("malformed");
            assert!(matches!(error, TokenError::MalformedResponse { .. }) && error.is_transient(), "{body}");
        }
        let error = answer(307, "").expect_err("a redirect");
        assert!(matches!(error, TokenError::MalformedResponse { .. }) && !error.is_transient());
        let long = " ".repeat(MAX_BODY + 1);
        assert!(matches!(
            answer(200, &long),
            Err(TokenError::Transport(TransportError::TooLong { limit: MAX_BODY }))
        ));
        for status in [429, 500, 503] {
            let wait = Some(Duration::from_secs(7));
            assert!(
                matches!(answer(status, ""), Err(TokenError::Unavailable { retry_after, .. }) if retry_after == wait)
            );
        }
        for (body, expected) in [
            (r#"{"error":"invalid_client","error_description":"x"}"#, OAuthError::InvalidClient),
            (r#"{"error":"<script>"}"#, OAuthError::Other),
            ("not found", OAuthError::Other),
        ] {
            assert!(
                matches!(answer(401, body), Err(TokenError::Refused { error, .. }) if error == expected),
                "{body}"
            );
        }
    }
}
