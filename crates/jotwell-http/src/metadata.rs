//! Metadata documents of an issuer and of a protected resource: RFC 8414, RFC 9728.

use std::fmt;
use std::net::IpAddr;

use http::{StatusCode, Uri};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::access_claims::Scope;
use crate::plain_response::PlainResponse;

/// The metadata of an issuer: `GET /.well-known/oauth-authorization-server` (RFC 8414).
///
/// It can be passed to `Router::merge` of axum and to `App::service` of actix-web.
///
/// All addresses are configured here, and none comes from a request. The document of an issuer with a path, such as
/// `https://auth.example/tenant`, is at `/.well-known/oauth-authorization-server/tenant` (§3.1).
///
/// ```
/// use jotwell_http::{IssuerMetadata, MetadataError};
///
/// fn metadata() -> Result<IssuerMetadata, MetadataError> {
///     // The same text as that of the `IssuerId`.
///     IssuerMetadata::new("https://auth.example")?
///         .revocation_endpoint("https://auth.example/revoke")?
///         .introspection_endpoint("https://auth.example/introspect")
/// }
/// # metadata().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct IssuerMetadata {
    path: String,
    document: Map<String, Value>,
}

impl IssuerMetadata {
    /// Creates the document of an issuer whose keys are at `/.well-known/jwks.json` of its host, as `jwks_router`
    /// serves them.
    ///
    /// # Errors
    /// [`MetadataError`].
    pub fn new(issuer: &str) -> Result<Self, MetadataError> {
        let address = Address::parse(issuer)?;
        let document = json!({
            "issuer": issuer,
            "jwks_uri": format!("{}/.well-known/jwks.json", address.origin),
            // Required by §2. A service whose logins use its own routes has none.
            "response_types_supported": [],
            "grant_types_supported": [],
        });
        Ok(Self { path: address.well_known("oauth-authorization-server"), document: object(document) })
    }

    /// Sets the address of the keys. Defaults to `/.well-known/jwks.json` of the issuer's host.
    ///
    /// # Errors
    /// [`MetadataError`].
    pub fn jwks_uri(self, uri: &str) -> Result<Self, MetadataError> {
        self.address("jwks_uri", uri)
    }

    /// Sets the address of token revocation (RFC 7009), for clients with a secret.
    ///
    /// # Errors
    /// [`MetadataError`].
    pub fn revocation_endpoint(self, uri: &str) -> Result<Self, MetadataError> {
        let methods = ["client_secret_basic", "client_secret_post"];
        self.address("revocation_endpoint", uri)
            .map(|document| document.member("revocation_endpoint_auth_methods_supported", methods))
    }

    /// Sets the address of token introspection (RFC 7662), for clients with a secret.
    ///
    /// # Errors
    /// [`MetadataError`].
    pub fn introspection_endpoint(self, uri: &str) -> Result<Self, MetadataError> {
        let methods = ["client_secret_basic", "client_secret_post"];
        self.address("introspection_endpoint", uri)
            .map(|document| document.member("introspection_endpoint_auth_methods_supported", methods))
    }

    /// Sets another member, such as `scopes_supported`. A value that cannot be written as JSON is left out.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Serialize) -> Self {
        insert(&mut self.document, name, value);
        self
    }

    /// Returns the path of the document.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the response to a GET of the document, for frameworks that cannot use it as a route.
    #[must_use]
    pub fn response(&self) -> PlainResponse {
        response(&self.document)
    }

    fn address(self, name: &str, uri: &str) -> Result<Self, MetadataError> {
        Address::parse(uri)?;
        Ok(self.member(name, uri))
    }
}

/// The metadata of a protected resource: `GET /.well-known/oauth-protected-resource` (RFC 9728).
///
/// It can be passed to `Router::merge` of axum and to `App::service` of actix-web.
///
/// A client that knows only the address of an API finds its authorization server here. All addresses are configured
/// here, and none comes from a request. The document of a resource with a path, such as `https://api.example/mcp`, is
/// at `/.well-known/oauth-protected-resource/mcp` (§3.1).
///
/// ```
/// use jotwell_http::{MetadataError, ResourceMetadata, Scope};
///
/// fn metadata() -> Result<ResourceMetadata, MetadataError> {
///     let metadata = ResourceMetadata::new("https://api.example/mcp")?.authorization_server("https://auth.example")?;
///     assert_eq!(metadata.url(), "https://api.example/.well-known/oauth-protected-resource/mcp");
///     Ok(metadata.scopes(&Scope::of(["orders:read"]).expect("a scope")))
/// }
/// # metadata().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct ResourceMetadata {
    origin: String,
    path: String,
    document: Map<String, Value>,
}

impl ResourceMetadata {
    /// Creates the document of a resource with this identifier, which accepts tokens in the header `Authorization`.
    ///
    /// # Errors
    /// [`MetadataError`].
    pub fn new(resource: &str) -> Result<Self, MetadataError> {
        let address = Address::parse(resource)?;
        let document = object(json!({"resource": resource, "bearer_methods_supported": ["header"]}));
        let path = address.well_known("oauth-protected-resource");
        Ok(Self { origin: address.origin, path, document })
    }

    /// Adds an issuer whose tokens are accepted.
    ///
    /// # Errors
    /// [`MetadataError`].
    pub fn authorization_server(mut self, issuer: &str) -> Result<Self, MetadataError> {
        Address::parse(issuer)?;
        let servers =
            self.document.entry("authorization_servers").or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(servers) = servers {
            servers.push(Value::from(issuer));
        }
        Ok(self)
    }

    /// Sets the scopes that clients may request.
    #[must_use]
    pub fn scopes(self, scopes: &Scope) -> Self {
        let words: Vec<_> = scopes.words().collect();
        self.member("scopes_supported", words)
    }

    /// Sets another member, such as `resource_name`. A value that cannot be written as JSON is left out.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Serialize) -> Self {
        insert(&mut self.document, name, value);
        self
    }

    /// Returns the address of the document, which
    /// [`Authenticator::resource_metadata`](crate::Authenticator::resource_metadata) adds to challenges (§5.1).
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// Returns the path of the document.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the response to a GET of the document, for frameworks that cannot use it as a route.
    #[must_use]
    pub fn response(&self) -> PlainResponse {
        response(&self.document)
    }
}

/// The response to a GET of a document, which does not depend on the request.
fn response(document: &Map<String, Value>) -> PlainResponse {
    let text = Value::from(document.clone()).to_string();
    PlainResponse::new(StatusCode::OK)
        .body("application/json", text)
        .header("cache-control", "public, max-age=3600")
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn insert(document: &mut Map<String, Value>, name: &str, value: impl Serialize) {
    if let Ok(value) = serde_json::to_value(value) {
        document.insert(name.to_owned(), value);
    }
}

/// An address of a service, in parts.
struct Address {
    origin: String,
    /// Empty, or with a leading slash and without a trailing one.
    path: String,
}

impl Address {
    fn parse(text: &str) -> Result<Self, MetadataError> {
        let uri: Uri = text.parse().map_err(|_| MetadataError::Malformed)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(MetadataError::Malformed);
        };
        if text.contains('#') || uri.query().is_some() || authority.as_str().contains('@') {
            return Err(MetadataError::Excess);
        }
        // RFC 3986 §3.3. Other characters would need escaping in a challenge, and a router reads braces as parameters.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()+,;=:@%/".contains(&byte);
        if !uri.path().bytes().all(is_plain) || uri.path().split('/').any(|part| part == "..") {
            return Err(MetadataError::Malformed);
        }
        if scheme != "https" && !(scheme == "http" && is_loopback(authority.host())) {
            return Err(MetadataError::Unencrypted);
        }
        let path = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { origin: format!("{scheme}://{authority}"), path })
    }

    /// Returns the address of a document between host and path (RFC 8414 §3.1, RFC 9728 §3.1).
    fn well_known(&self, name: &str) -> String {
        format!("/.well-known/{name}{}", self.path)
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// An address cannot be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataError {
    /// It is not an absolute URL with a plain path.
    Malformed,
    /// It is not `https`, and not `http` to a loopback address.
    Unencrypted,
    /// It has a query, a fragment or a user.
    Excess,
}

impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => {
                "the address is not an absolute URL; give one such as https://auth.example/tenant"
            }
            Self::Unencrypted => {
                "the address is not encrypted; give an https URL, or http to a loopback address"
            }
            Self::Excess => "the address has a query, a fragment or a user; leave them out",
        })
    }
}

impl std::error::Error for MetadataError {}
