//! jwt-authorizer, a middleware that uses jsonwebtoken 9, through the functions that its layer calls for each request.

use axum::http::request::Parts;
use harness::{AUDIENCE, Algorithm, ISSUER, keys};
use jwt_authorizer::layer::JwtSource;
use jwt_authorizer::{Authorizer, AuthorizerBuilder, Validation};

use super::{COOKIE_NAME, Carrier, Guard, SECRET, User, now};

pub(super) struct JwtAuthorizer(Authorizer<User>);

impl JwtAuthorizer {
    pub(super) fn new(algorithm: Algorithm, carrier: Carrier) -> Self {
        let builder = match algorithm {
            Algorithm::HS256 => AuthorizerBuilder::<User>::from_secret(SECRET),
            _ => {
                let pem = String::from_utf8(keys::public_pem(algorithm)).expect("PEM");
                AuthorizerBuilder::<User>::from_ec_pem_text(&pem)
            }
        };
        let validation = Validation::new().iss(&[ISSUER]).aud(&[AUDIENCE]).nbf(true).leeway(0);
        let source = match carrier {
            Carrier::Bearer => JwtSource::AuthorizationHeader,
            Carrier::Cookie => JwtSource::Cookie(COOKIE_NAME.into()),
        };
        Self(now(builder.validation(validation).jwt_source(source).build()).expect("a key"))
    }

    fn user(&self, request: &Parts) -> Option<User> {
        let token = self.0.extract_token(&request.headers)?;
        now(self.0.check_auth(&token)).ok().map(|token| token.claims)
    }
}

impl Guard for JwtAuthorizer {
    fn name(&self) -> &'static str {
        "jwt-authorizer"
    }

    fn accepts(&self, request: &mut Parts) -> bool {
        self.user(request).is_some()
    }

    fn is_of_expected_user(&self, request: &mut Parts) -> bool {
        self.user(request) == Some(User::expected())
    }
}
