//! The OpenAPI requirements of guards, and that they follow the guard.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{HeaderName, Request};
use jotwell_http::{Auth, Authenticator, RequireRole, RequireScope, RouteGuard};
use serde_json::{Value, json};
use tower::ServiceExt;
use utoipa::openapi::path::{Operation, OperationBuilder, Paths};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{HttpMethod, Info, OpenApi};

use crate::common::tokens::{bearer, claims, signed};
use crate::common::world::authenticator;

fn api_of(operation: Operation) -> OpenApi {
    let mut paths = Paths::new();
    paths.add_path_operation("/orders", vec![HttpMethod::Get], operation.clone());
    paths.add_path_operation("/orders", vec![HttpMethod::Post], operation);
    OpenApi::new(Info::new("Orders", "1"), paths)
}

fn api() -> OpenApi {
    api_of(Operation::new())
}

fn json_of(api: &OpenApi) -> Value {
    serde_json::to_value(api).expect("JSON")
}

/// The requirements of reading and of writing.
fn required(guard: &RouteGuard) -> (Value, Value) {
    let mut api = api();
    guard.document(&mut api);
    let document = json_of(&api);
    let of = |method: &str| document["paths"]["/orders"][method]["security"].clone();
    (of("get"), of("post"))
}

fn scope(words: &str) -> RequireScope {
    RequireScope::new(words).expect("a scope")
}

#[test]
fn the_document_changes_with_the_guard() {
    let guard = authenticator().guard();
    let same = |required: Value| (required.clone(), required);
    assert_eq!(required(&guard), same(json!([{"bearerAuth": []}])));
    assert_eq!(required(&guard.clone().optional()), same(json!([{"bearerAuth": []}, {}])));
    let guard = guard.require(scope("orders:read orders:list"));
    assert_eq!(required(&guard), same(json!([{"bearerAuth": ["orders:read", "orders:list"]}])));
    // A policy needs a token.
    assert_eq!(required(&guard.clone().optional()), required(&guard));
    // All nested guards count, and each word appears once.
    let guard = guard.require(scope("orders:list a")).require(|_: &Auth| true);
    assert_eq!(required(&guard), same(json!([{"bearerAuth": ["orders:read", "orders:list", "a"]}])));
    let guard =
        authenticator().guard().require(scope("a")).require(RequireRole::any_of(["admin", "auditor"]));
    assert_eq!(
        required(&guard),
        same(json!([{"bearerAuth": ["a", "admin"]}, {"bearerAuth": ["a", "auditor"]}]))
    );
    let guard = guard.require(RequireRole::any_of(["x", "y"]));
    let pairs = [["admin", "x"], ["auditor", "x"], ["admin", "y"], ["auditor", "y"]];
    let pairs: Vec<_> = pairs.iter().map(|[one, other]| json!({"bearerAuth": ["a", one, other]})).collect();
    assert_eq!(required(&guard), same(json!(pairs)));
    // No token satisfies it, which a document cannot express. It must not say that no token is needed.
    let no_role = authenticator().guard().require(RequireRole::any_of([""; 0]));
    assert_eq!(required(&no_role), same(json!([{"bearerAuth": []}])));
}

#[test]
fn cookies_need_the_anti_forgery_token_for_unsafe_methods() {
    let guard = authenticator().cookies().guard().require(scope("a"));
    let reads = json!([{"bearerAuth": ["a"]}, {"cookieAuth": ["a"]}]);
    let writes = json!([{"bearerAuth": ["a"]}, {"cookieAuth": ["a"], "csrfToken": []}]);
    assert_eq!(required(&guard), (reads, writes));
}

#[test]
fn schemes_are_those_of_the_authenticator() {
    let schemes = |authenticator: Authenticator| {
        let mut api = api();
        authenticator.guard().document(&mut api);
        let mut schemes = json_of(&api)["components"]["securitySchemes"].clone();
        for scheme in schemes.as_object_mut().expect("an object").values_mut() {
            scheme.as_object_mut().expect("an object").remove("description");
        }
        schemes
    };
    let bearer = json!({"type": "http", "scheme": "bearer", "bearerFormat": "JWT"});
    assert_eq!(schemes(authenticator()), json!({"bearerAuth": bearer}));
    assert_eq!(
        schemes(authenticator().cookies()),
        json!({
            "bearerAuth": bearer,
            "cookieAuth": {"type": "apiKey", "in": "cookie", "name": "__Host-access"},
            "csrfToken": {"type": "apiKey", "in": "header", "name": "x-csrf-token"},
        })
    );
    let own = authenticator().token_header(HeaderName::from_static("cf-access-jwt-assertion"));
    let header = json!({"type": "apiKey", "in": "header", "name": "cf-access-jwt-assertion"});
    assert_eq!(schemes(own), json!({"tokenHeader": header}));
}

#[test]
fn an_outer_guard_adds_to_an_inner_one() {
    let mut api = api();
    authenticator().guard().require(RequireRole::any_of(["admin", "auditor"])).document(&mut api);
    let outer = authenticator().guard().require(scope("a"));
    outer.document(&mut api);
    let wanted = json!([{"bearerAuth": ["admin", "a"]}, {"bearerAuth": ["auditor", "a"]}]);
    assert_eq!(json_of(&api)["paths"]["/orders"]["get"]["security"], wanted);
    // A guard that accepts every request removes nothing, and neither does a handwritten requirement.
    authenticator().guard().optional().document(&mut api);
    assert_eq!(json_of(&api)["paths"]["/orders"]["get"]["security"], wanted);
    let by_hand = OperationBuilder::new().security(SecurityRequirement::new("clientCertificate", [""; 0]));
    let mut api = api_of(by_hand.build());
    outer.document(&mut api);
    let both = json!([{"bearerAuth": ["a"], "clientCertificate": []}]);
    assert_eq!(json_of(&api)["paths"]["/orders"]["post"]["security"], both);
}

#[tokio::test]
async fn one_call_protects_and_documents() {
    let layer = authenticator().layer().require(RequireRole::new("admin"));
    let router = Router::new().route("/orders", get(async || "in"));
    let (router, api) = layer.clone().protect(router, api());
    assert_eq!(json_of(&api)["paths"]["/orders"]["get"]["security"], json!([{"bearerAuth": ["admin"]}]));
    let status = async |request: Request<()>| {
        router.clone().oneshot(request.map(|()| Body::empty())).await.expect("a response").status().as_u16()
    };
    let token = |role: Option<&str>| {
        let mut claims = claims();
        claims.custom = role.into_iter().fold(claims.custom.clone(), |access, role| access.role(role));
        bearer(&signed(&claims))
    };
    assert_eq!(status(Request::get("/orders").body(()).expect("a request")).await, 401);
    assert_eq!((status(token(None)).await, status(token(Some("admin"))).await), (403, 200));
    // There is nothing to protect.
    let (_, empty) =
        layer.protect(Router::<()>::new(), OpenApi::new(Info::new("Nothing", "1"), Paths::new()));
    assert!(empty.paths.paths.is_empty());
}
