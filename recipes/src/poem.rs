//! poem: middleware that calls a `RouteGuard`, and an extractor for its result.

use jotwell_http::{Auth, AuthError, RouteGuard};
use poem::http::StatusCode;
use poem::{Endpoint, FromRequest, IntoResponse, Middleware, Request, RequestBody, Response, Result};

/// Middleware that passes on the requests that the guard accepts.
pub struct Guarded(pub RouteGuard);

impl<E: Endpoint> Middleware<E> for Guarded {
    type Output = GuardedEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        GuardedEndpoint { guard: self.0.clone(), inner }
    }
}

/// The endpoint that [`Guarded`] creates.
pub struct GuardedEndpoint<E> {
    guard: RouteGuard,
    inner: E,
}

impl<E: Endpoint> Endpoint for GuardedEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let earlier = request.extensions_mut().remove::<Auth>();
        let head = (request.method(), request.headers()).into();
        match self.guard.check(head, earlier).await {
            Ok(Some(auth)) => request.set_data(auth),
            Ok(None) => {}
            Err(error) => return Ok(response(&error)),
        }
        self.inner.call(request).await.map(IntoResponse::into_response)
    }
}

/// Returns the response for `error`.
fn response(error: &AuthError) -> Response {
    let (parts, body) = error.response().into_parts();
    let mut response = Response::builder().status(parts.status).body(body);
    response.headers_mut().extend(parts.headers);
    response
}

/// The sender of the request, for handlers inside [`Guarded`].
pub struct Caller(pub Auth);

impl<'a> FromRequest<'a> for Caller {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let auth = request.extensions().get::<Auth>().cloned();
        auth.map(Self).ok_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jotwell_http::RequireRole;
    use poem::test::TestClient;
    use poem::{EndpointExt, Route, get, handler};

    use super::*;
    use crate::issuer::{authenticator, bearer, issuer};

    #[handler]
    async fn hello(Caller(auth): Caller) -> String {
        format!("hello {}", auth.subject().unwrap_or("nobody"))
    }

    #[tokio::test]
    async fn only_a_valid_token_is_greeted() {
        let issuer = issuer();
        let guard = authenticator(&issuer).guard();
        let admin = get(hello).with(Guarded(guard.clone().require(RequireRole::new("admin"))));
        let routes = Route::new().at("/", hello).at("/admin", admin);
        let client = TestClient::new(routes.with(Guarded(guard)));
        let token = bearer(&issuer, Duration::from_secs(3600));
        let accepted = client.get("/").header("authorization", &token).send().await;
        accepted.assert_status_is_ok();
        accepted.assert_text("hello user-42").await;
        client
            .get("/admin")
            .header("authorization", &token)
            .send()
            .await
            .assert_status(StatusCode::FORBIDDEN);
        let refused = client.get("/").send().await;
        refused.assert_status(StatusCode::UNAUTHORIZED);
        refused.assert_header("www-authenticate", r#"Bearer realm="api""#);
    }
}
