//! jsonwebtoken in a handwritten axum extractor, as in axum's example `jwt`. Unlike the example it creates its
//! validation once, and checks issuer, audience and `nbf`, as jotwell does.

use axum::RequestPartsExt;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum_extra::TypedHeader;
use axum_extra::extract::CookieJar;
use axum_extra::headers::Authorization;
use axum_extra::headers::authorization::Bearer;
use harness::{AUDIENCE, Algorithm, ISSUER, keys};
use jsonwebtoken::{DecodingKey, Validation, decode};

use super::{COOKIE_NAME, Carrier, Guard, SECRET, User, now};

#[cfg(feature = "pure")]
const NAME: &str = "jsonwebtoken (RustCrypto) in an extractor";
#[cfg(not(feature = "pure"))]
const NAME: &str = "jsonwebtoken (AWS-LC) in an extractor";

pub(super) struct Extractor {
    key: DecodingKey,
    validation: Validation,
    carrier: Carrier,
}

impl Extractor {
    pub(super) fn new(algorithm: Algorithm, carrier: Carrier) -> Self {
        let key = match algorithm {
            Algorithm::HS256 => DecodingKey::from_secret(SECRET.as_bytes()).expect("a key"),
            _ => DecodingKey::from_ec_pem(&keys::public_pem(algorithm)).expect("a key"),
        };
        let mut validation = Validation::new(algorithm.name().parse().expect("it has them all"));
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.validate_nbf = true;
        validation.leeway = 0;
        Self { key, validation, carrier }
    }

    fn user(&self, token: &str) -> Result<User, StatusCode> {
        let token = decode::<User>(token, &self.key, &self.validation);
        token.map(|token| token.claims).map_err(|_| StatusCode::UNAUTHORIZED)
    }
}

impl FromRequestParts<Extractor> for User {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &Extractor) -> Result<Self, StatusCode> {
        match state.carrier {
            Carrier::Bearer => {
                let TypedHeader(Authorization(bearer)) = parts
                    .extract::<TypedHeader<Authorization<Bearer>>>()
                    .await
                    .map_err(|_| StatusCode::UNAUTHORIZED)?;
                state.user(bearer.token())
            }
            Carrier::Cookie => {
                let cookies = CookieJar::from_headers(&parts.headers);
                state.user(cookies.get(COOKIE_NAME).ok_or(StatusCode::UNAUTHORIZED)?.value())
            }
        }
    }
}

impl Guard for Extractor {
    fn name(&self) -> &'static str {
        NAME
    }

    fn accepts(&self, request: &mut Parts) -> bool {
        now(User::from_request_parts(request, self)).is_ok()
    }

    fn is_of_expected_user(&self, request: &mut Parts) -> bool {
        now(User::from_request_parts(request, self)) == Ok(User::expected())
    }
}
