//! How a request reaches a method of a gRPC server of tonic.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use jotwell_http::{Auth, AuthError, AuthLayer, Authenticator};
use tonic::Status;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::service::Routes;
use tonic_prost::ProstCodec;
use tower::{Layer, Service, ServiceExt};

use crate::common::cases::Rule;
use crate::common::drive::name;

type Call<R> = Pin<Box<dyn Future<Output = R> + Send>>;

/// The service `orders.Orders`. Its only method returns the caller.
#[derive(Clone)]
pub(crate) enum Orders {
    /// Reads the result of a layer.
    Layered,
    /// Authenticates by the metadata.
    Alone(Authenticator, &'static [Rule]),
}

impl NamedService for Orders {
    const NAME: &'static str = "orders.Orders";
}

impl Service<Request<Body>> for Orders {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Call<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let method = self.clone();
        let codec = ProstCodec::<String, ()>::default();
        Box::pin(async move { Ok(Grpc::new(codec).unary(method, request).await) })
    }
}

impl UnaryService<()> for Orders {
    type Response = String;
    type Future = Call<Result<tonic::Response<String>, Status>>;

    fn call(&mut self, mut request: tonic::Request<()>) -> Self::Future {
        let method = self.clone();
        Box::pin(async move {
            let name = match method {
                Self::Layered => name(Auth::of_request(&request).ok()),
                Self::Alone(authenticator, rules) => {
                    let auth = authenticator.authenticate_call(&mut request).await?;
                    rules.iter().try_for_each(|rule| rule.check(&auth))?;
                    name(Some(&auth))
                }
            };
            Ok(tonic::Response::new(name))
        })
    }
}

/// Returns a call with the method, the query and the headers of that request.
fn call(request: &Request<()>) -> Request<Body> {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut call = Request::builder().method(request.method()).uri(format!("/orders.Orders/Whose{query}"));
    for (name, value) in request.headers() {
        call = call.header(name, value);
    }
    // A frame with an empty message.
    call.header("content-type", "application/grpc").body(Body::new(Full::from(&[0; 5][..]))).expect("a call")
}

/// Returns the response with its trailers among the headers, the text of its message as the body, and the [`AuthError`]
/// in its extensions.
async fn ask(routes: Routes, request: &Request<()>) -> Response<String> {
    let (mut parts, body) = routes.oneshot(call(request)).await.expect("a response").into_parts();
    let body = body.collect().await.expect("a body");
    let trailers = body.trailers().cloned().unwrap_or_default();
    // In a Trailers-Only response it is in the headers, and there is nothing else.
    assert_ne!(trailers.contains_key("grpc-status"), parts.headers.contains_key("grpc-status"));
    parts.headers.extend(trailers);
    // Both encodings of a space are allowed.
    if let Some(message) = parts.headers.get_mut("grpc-message") {
        *message = message.to_str().expect("text").replace("%20", " ").parse().expect("a header");
    }
    let message = body.to_bytes();
    let text = if message.is_empty() { String::new() } else { text(&message) };
    if let Some(status) = parts.extensions.remove::<Status>() {
        let source = std::error::Error::source(&status).and_then(|error| error.downcast_ref::<AuthError>());
        parts.extensions.insert(source.expect("the error").clone());
    }
    Response::from_parts(parts, text)
}

/// Returns the only field, a string, of the message in a frame.
fn text(frame: &Bytes) -> String {
    assert_eq!((frame[0], frame[5]), (0, 0x0a), "{frame:?}");
    String::from_utf8(frame[7..].to_vec()).expect("text")
}

pub(crate) async fn by_layer(layer: AuthLayer, request: &Request<()>) -> Response<String> {
    ask(Routes::new(layer.grpc().layer(Orders::Layered)), request).await
}

/// Around all services of a server, as with `Server::builder().layer`.
pub(crate) async fn by_server_layer(layer: AuthLayer, request: &Request<()>) -> Response<String> {
    let routes = Routes::new(Orders::Layered).into_axum_router().layer(layer.grpc());
    ask(Routes::from(routes), request).await
}

pub(crate) async fn by_call(
    authenticator: &Authenticator,
    rules: &'static [Rule],
    request: &Request<()>,
) -> Response<String> {
    ask(Routes::new(Orders::Alone(authenticator.clone(), rules)), request).await
}
