//! warp: a filter that extracts the sender of the request, and the response to a rejection.
//!
//! Put the filter after those of the path and the method: warp runs every filter that it tries, and a token is
//! verified each time.

use http::{HeaderMap, Method, Response};
use jotwell_http::{Auth, AuthError, Authenticator};
use warp::reject::Reject;
use warp::{Filter, Rejection};

#[derive(Debug)]
struct Refused(AuthError);

impl Reject for Refused {}

/// Extracts the sender of the request.
pub fn auth(authenticator: Authenticator) -> impl Filter<Extract = (Auth,), Error = Rejection> + Clone {
    warp::method().and(warp::header::headers_cloned()).and_then(move |method: Method, headers: HeaderMap| {
        let authenticator = authenticator.clone();
        async move {
            let auth = authenticator.authenticate(&method, &headers).await;
            auth.map_err(|error| warp::reject::custom(Refused(error)))
        }
    })
}

/// Responds to the requests that [`auth`] rejects: for `Filter::recover`.
pub async fn refuse(rejection: Rejection) -> Result<Response<String>, Rejection> {
    match rejection.find() {
        Some(Refused(error)) => Ok(error.response()),
        None => Err(rejection),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::issuer::{authenticator, bearer, issuer};

    #[tokio::test]
    async fn only_a_valid_token_is_greeted() {
        let issuer = issuer();
        let routes = warp::path!("hello")
            .and(auth(authenticator(&issuer)))
            .map(|auth: Auth| format!("hello {}", auth.subject().unwrap_or("nobody")))
            .recover(refuse);
        let token = bearer(&issuer, Duration::from_secs(3600));
        let ask = || warp::test::request().path("/hello");
        let accepted = ask().header("authorization", token).reply(&routes).await;
        assert_eq!((accepted.status().as_u16(), &accepted.body()[..]), (200, &b"hello user-42"[..]));
        let refused = ask().reply(&routes).await;
        assert_eq!(refused.status(), 401);
        assert_eq!(refused.headers()["www-authenticate"], r#"Bearer realm="api""#);
        let elsewhere = warp::test::request().path("/elsewhere").reply(&routes).await;
        assert_eq!(elsewhere.status(), 404);
    }
}
