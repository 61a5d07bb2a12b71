//! How a request reaches a handler of actix-web.

use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, Error, HttpMessage, HttpRequest, web};
use http::{Request, Response};
use jotwell_http::{Auth, AuthError, Authenticator, OptionalAuth, RouteGuard};

use crate::common::cases::Rule;
use crate::common::drive::name;

type Answered = ServiceResponse<actix_web::body::BoxBody>;

/// Returns the response of an actix-web service in the types of `http` 1, with the [`AuthError`] in its extensions.
pub(crate) async fn ask<S>(service: &S, request: &Request<()>) -> Response<String>
where
    S: Service<actix_http::Request, Response = Answered, Error = Error>,
{
    let method = actix_web::http::Method::from_bytes(request.method().as_str().as_bytes()).expect("a method");
    let uri = request.uri().to_string();
    let asked =
        request.headers().iter().fold(TestRequest::with_uri(&uri).method(method), |asked, (name, value)| {
            asked.append_header((name.as_str(), value.as_bytes()))
        });
    let answered = match try_call_service(service, asked.to_request()).await {
        Ok(answered) => answered.into_parts().1,
        // As the server does if no middleware has done so.
        Err(error) => error.error_response(),
    };
    let mut response = Response::builder().status(answered.status().as_u16());
    for (name, value) in answered.headers() {
        response = response.header(name.as_str(), value.as_bytes());
    }
    let rejection = answered.extensions().get::<AuthError>().cloned();
    let body = actix_web::body::to_bytes(answered.into_body()).await.expect("a body");
    let mut response = response.body(String::from_utf8(body.to_vec()).expect("text")).expect("a response");
    response.extensions_mut().extend(rejection.map(extensions).unwrap_or_default());
    response
}

fn extensions(rejection: AuthError) -> http::Extensions {
    let mut extensions = http::Extensions::new();
    extensions.insert(rejection);
    extensions
}

/// A scope behind the guard, whose handler reads the sender of the request.
pub(crate) async fn by_middleware(guard: RouteGuard, request: &Request<()>) -> Response<String> {
    let handler = async |request: HttpRequest| name(request.extensions().get::<Auth>());
    let scope = web::scope("").wrap(guard).default_service(web::to(handler));
    ask(&init_service(App::new().service(scope)).await, request).await
}

pub(crate) async fn by_extractor(
    authenticator: &Authenticator,
    rules: &'static [Rule],
    request: &Request<()>,
) -> Response<String> {
    let handler = async move |auth: Auth| {
        rules.iter().try_for_each(|rule| rule.check(&auth))?;
        Ok::<_, AuthError>(name(Some(&auth)))
    };
    let app = App::new().app_data(web::Data::new(authenticator.clone())).default_service(web::to(handler));
    ask(&init_service(app).await, request).await
}

pub(crate) async fn by_optional_extractor(
    authenticator: &Authenticator,
    rules: &'static [Rule],
    request: &Request<()>,
) -> Response<String> {
    let handler = async move |auth: OptionalAuth| {
        if let Some(auth) = auth.as_ref() {
            rules.iter().try_for_each(|rule| rule.check(auth))?;
        }
        Ok::<_, AuthError>(name(auth.as_ref()))
    };
    let app = App::new().app_data(web::Data::new(authenticator.clone())).default_service(web::to(handler));
    ask(&init_service(app).await, request).await
}
