//! An actix-web server with routes of `jotwell-http`, instead of the axum server.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::App;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::web::ServiceConfig;
use http::{Request, Response};
use jotwell_http::{AuthRoutes, IssuerMetadata, IssuerRoutes, ResourceMetadata};
use serde::Serialize;
use serde::de::DeserializeOwned;

type Configure = dyn Fn(&mut ServiceConfig) + Send + Sync;

/// The part of an application that each worker of a server adds.
#[derive(Clone, Default)]
pub(crate) struct Server(Vec<Arc<Configure>>);

impl Server {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn with(mut self, added: impl Fn(&mut ServiceConfig) + Send + Sync + 'static) -> Self {
        self.0.push(Arc::new(added));
        self
    }

    pub(crate) fn auth<T>(self, routes: AuthRoutes<T>) -> Self
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        self.with(move |app| {
            app.service(routes.clone());
        })
    }

    pub(crate) fn issuer<T>(self, routes: IssuerRoutes<T>) -> Self
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        self.with(move |app| {
            app.service(routes.clone());
        })
    }

    pub(crate) fn issuer_metadata(self, metadata: IssuerMetadata) -> Self {
        self.with(move |app| {
            app.service(metadata.clone());
        })
    }

    pub(crate) fn resource_metadata(self, metadata: ResourceMetadata) -> Self {
        self.with(move |app| {
            app.service(metadata.clone());
        })
    }

    /// Sends a request from the [`SocketAddr`] in its extensions, to a worker on a separate thread.
    pub(crate) async fn ask(&self, request: Request<String>) -> Response<String> {
        let server = self.clone();
        let worker = move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(server.answer(request))
        };
        tokio::task::spawn_blocking(worker).await.expect("a response")
    }

    async fn answer(self, request: Request<String>) -> Response<String> {
        let configure = |app: &mut ServiceConfig| self.0.iter().for_each(|added| added(app));
        let service = init_service(App::new().configure(configure)).await;
        let (parts, body) = request.into_parts();
        let method = actix_web::http::Method::from_bytes(parts.method.as_str().as_bytes()).expect("a method");
        let mut asked = TestRequest::with_uri(&parts.uri.to_string()).method(method).set_payload(body);
        for (name, value) in &parts.headers {
            asked = asked.append_header((name.as_str(), value.as_bytes()));
        }
        if let Some(client) = parts.extensions.get::<SocketAddr>() {
            asked = asked.peer_addr(*client);
        }
        let answered = match try_call_service(&service, asked.to_request()).await {
            Ok(answered) => answered.into_parts().1,
            Err(error) => error.error_response(),
        };
        let mut response = Response::builder().status(answered.status().as_u16());
        for (name, value) in answered.headers() {
            response = response.header(name.as_str(), value.as_bytes());
        }
        let body = actix_web::body::to_bytes(answered.into_body()).await.expect("a body");
        response.body(String::from_utf8(body.to_vec()).expect("text")).expect("a response")
    }
}
