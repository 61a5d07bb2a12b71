//! A server of the Model Context Protocol with the transport "streamable HTTP": a protected resource for clients of
//! other parties. They know only its address, and find the authorization server in its metadata.
//!
//! ```sh
//! ISSUER=https://auth.example LISTEN=127.0.0.1:3000 cargo run -p jotwell-http --example mcp
//! ```
//!
//! `ISSUER` is an authorization server with metadata (RFC 8414), dynamic registration of clients, PKCE, resource
//! indicators (RFC 8707) and access tokens that are JWTs (RFC 9068); it may use plain HTTP at a loopback address. There
//! are two tools: `read` needs the scope `notes:read`, `write` needs `notes:write`.

#![forbid(unsafe_code)]

use std::env;
use std::error::Error;

use axum::extract::{Extension, Json};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::post};
use jotwell::{Algorithm, Audience, Issuer, Validator};
use jotwell_http::remote::{HttpFetch, RemoteJwkSet};
use jotwell_http::{Auth, AuthError, Authenticator, RequireScope, ResourceMetadata, Scope};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let issuer = env::var("ISSUER").map_err(|_| "set ISSUER to the address of an authorization server")?;
    let listener = TcpListener::bind(listen).await?;
    // Behind a proxy this is the public address.
    let resource = format!("http://{}/mcp", listener.local_addr()?);
    println!("listening on {resource}");
    axum::serve(listener, router(&issuer, &resource)?).await?;
    Ok(())
}

fn router(issuer: &str, resource: &str) -> Result<Router, Box<dyn Error>> {
    let keys = RemoteJwkSet::discover_oauth(issuer, &[Algorithm::ES256, Algorithm::RS256])
        .allow_http_on_loopback()
        .build(HttpFetch::with_ring()?)?;
    let validator = Validator::new(keys.clone(), Issuer::is(issuer), Audience::is(resource)).typ("at+jwt");
    let metadata = ResourceMetadata::new(resource)?
        .authorization_server(issuer)?
        .scopes(&Scope::of(["notes:read", "notes:write"])?);
    let authenticator: Authenticator = Authenticator::new(validator)
        .reload_keys(keys)
        .resource_metadata(&metadata)
        // The challenge says which scope a client without a token should request.
        .scope_in_challenge();
    let guard = authenticator.layer().require(RequireScope::new("notes:read")?);
    Ok(Router::new().route("/mcp", post(message)).route_layer(guard).merge(metadata))
}

/// Handles a message of JSON-RPC. A notification has no response.
async fn message(
    Extension(auth): Extension<Auth>,
    Json(message): Json<Value>,
) -> Result<Response, AuthError> {
    let Some(id) = message.get("id") else { return Ok(StatusCode::ACCEPTED.into_response()) };
    let outcome = match message["method"].as_str() {
        Some("initialize") => Ok(json!({
            "protocolVersion": message["params"]["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "notes", "version": "0.1.0"},
        })),
        Some("ping") => Ok(json!({})),
        Some("tools/list") => Ok(json!({"tools": [tool("read"), tool("write")]})),
        Some("tools/call") => call(&auth, message["params"]["name"].as_str())?,
        _ => Err(json!({"code": -32601, "message": "there is no such method"})),
    };
    let answer = match outcome {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err(error) => json!({"jsonrpc": "2.0", "id": id, "error": error}),
    };
    Ok(Json(answer).into_response())
}

fn tool(name: &str) -> Value {
    json!({"name": name, "description": "A note of yours.", "inputSchema": {"type": "object"}})
}

/// The output of a tool, or an error of JSON-RPC.
fn call(auth: &Auth, name: Option<&str>) -> Result<Result<Value, Value>, AuthError> {
    let done = match name {
        Some("read") => "read",
        Some("write") => {
            let scope = RequireScope::new("notes:read notes:write").expect("a scope");
            auth.require(&scope)?;
            "written"
        }
        _ => return Ok(Err(json!({"code": -32602, "message": "there is no such tool"}))),
    };
    let text = format!("{done} for {}", auth.subject().unwrap_or_default());
    Ok(Ok(json!({"content": [{"type": "text", "text": text}]})))
}
