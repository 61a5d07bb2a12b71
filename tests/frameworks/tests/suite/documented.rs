//! Handlers that `utoipa` documents, behind guards that complete the document.

use axum::body::Body;
use http::Request;
use jotwell_http::{Auth, RequireScope};
use serde_json::{Value, json};
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::common::tokens::{bearer, claims, good, signed};
use crate::common::world::authenticator;

#[utoipa::path(get, path = "/orders", responses((status = 200, description = "the orders")))]
async fn orders(auth: axum::Extension<Auth>) -> String {
    auth.subject().unwrap_or_default().to_owned()
}

#[utoipa::path(get, path = "/", responses((status = 200, description = "a greeting")))]
async fn greeting() -> &'static str {
    "hello"
}

#[tokio::test]
async fn the_document_of_a_router_says_what_its_guard_requires() {
    for scope in ["orders:read", "orders:list"] {
        let guarded = OpenApiRouter::new().routes(routes!(orders)).split_for_parts();
        let layer = authenticator().layer().require(RequireScope::new(scope).expect("a scope"));
        let (router, api) = layer.protect(guarded.0, guarded.1);
        let (open, mut document) = OpenApiRouter::new().routes(routes!(greeting)).split_for_parts();
        document.merge(api);
        let router: axum::Router = open.merge(router);

        let document: Value = serde_json::to_value(&document).expect("JSON");
        assert_eq!(document["paths"]["/orders"]["get"]["security"], json!([{"bearerAuth": [scope]}]));
        assert_eq!(document["paths"]["/"]["get"]["security"], Value::Null);
        assert_eq!(document["components"]["securitySchemes"]["bearerAuth"]["scheme"], "bearer");
        let status = async |request: Request<()>| {
            router
                .clone()
                .oneshot(request.map(|()| Body::empty()))
                .await
                .expect("a response")
                .status()
                .as_u16()
        };
        let mut claims = claims();
        claims.custom.scope = jotwell_http::Scope::of([scope]).expect("a scope");
        assert_eq!((status(bearer(&good())).await, status(bearer(&signed(&claims))).await), (403, 200));
    }
}
