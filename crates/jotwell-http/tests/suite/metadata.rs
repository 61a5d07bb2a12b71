//! Metadata documents of an issuer and of a protected resource: RFC 8414 and RFC 9728.

use http::Request;
use jotwell_http::{IssuerMetadata, MetadataError, ResourceMetadata, Scope};
use serde_json::{Value, json};

use crate::serving::Server;

/// For a request that names another host.
async fn get(router: &Server, path: &str) -> Option<Value> {
    let request =
        Request::get(path).header("host", "evil.example").header("x-forwarded-host", "evil.example");
    let response = router.ask(request.body(String::new()).expect("a request")).await;
    if response.status() == 404 {
        return None;
    }
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "public, max-age=3600");
    Some(serde_json::from_str(response.body()).expect("JSON"))
}

#[tokio::test]
async fn an_issuer_publishes_its_endpoints() {
    let metadata = IssuerMetadata::new("https://auth.example").expect("an address");
    let metadata = metadata.revocation_endpoint("https://auth.example/revoke").expect("an address");
    let metadata = metadata.introspection_endpoint("https://auth.example/introspect").expect("an address");
    let router = Server::new().issuer_metadata(metadata.member("scopes_supported", ["orders:read"]));
    let document = get(&router, "/.well-known/oauth-authorization-server").await.expect("a document");
    let methods = ["client_secret_basic", "client_secret_post"];
    assert_eq!(
        document,
        json!({
            "issuer": "https://auth.example",
            "jwks_uri": "https://auth.example/.well-known/jwks.json",
            "response_types_supported": [],
            "grant_types_supported": [],
            "revocation_endpoint": "https://auth.example/revoke",
            "revocation_endpoint_auth_methods_supported": methods,
            "introspection_endpoint": "https://auth.example/introspect",
            "introspection_endpoint_auth_methods_supported": methods,
            "scopes_supported": ["orders:read"],
        })
    );
}

/// RFC 8414 §3.1, RFC 9728 §3.1: the well-known part comes between host and path.
#[tokio::test]
async fn a_path_comes_after_the_well_known_part() {
    for (issuer, path) in [
        ("https://auth.example/", "/.well-known/oauth-authorization-server"),
        ("https://auth.example/tenant/1", "/.well-known/oauth-authorization-server/tenant/1"),
        ("https://auth.example/tenant/", "/.well-known/oauth-authorization-server/tenant"),
        ("http://127.0.0.1:3000/t", "/.well-known/oauth-authorization-server/t"),
    ] {
        let metadata = IssuerMetadata::new(issuer).expect("an address");
        let router =
            Server::new().issuer_metadata(metadata.jwks_uri("https://keys.example/set").expect("an address"));
        let document = get(&router, path).await.unwrap_or_else(|| panic!("{issuer}"));
        // Verbatim: clients compare it with their configuration (RFC 8414 §3.3).
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["jwks_uri"], "https://keys.example/set");
        assert_eq!(get(&router, &format!("{path}/else")).await, None);
    }
    let metadata = ResourceMetadata::new("https://api.example:8443/mcp/").expect("an address");
    assert_eq!(metadata.url(), "https://api.example:8443/.well-known/oauth-protected-resource/mcp");
    let router = Server::new().resource_metadata(metadata);
    let document = get(&router, "/.well-known/oauth-protected-resource/mcp").await.expect("a document");
    assert_eq!(document["resource"], "https://api.example:8443/mcp/");
    assert_eq!(get(&router, "/.well-known/oauth-protected-resource").await, None);
}

#[tokio::test]
async fn a_resource_names_its_authorization_servers() {
    let metadata = ResourceMetadata::new("https://api.example").expect("an address");
    let metadata = metadata.authorization_server("https://auth.example").expect("an address");
    let metadata = metadata.authorization_server("https://login.example/tenant").expect("an address");
    let metadata = metadata.scopes(&Scope::of(["orders:read", "orders:write"]).expect("a scope"));
    let router = Server::new().resource_metadata(metadata.member("resource_name", "Orders"));
    assert_eq!(
        get(&router, "/.well-known/oauth-protected-resource").await.expect("a document"),
        json!({
            "resource": "https://api.example",
            "authorization_servers": ["https://auth.example", "https://login.example/tenant"],
            "bearer_methods_supported": ["header"],
            "scopes_supported": ["orders:read", "orders:write"],
            "resource_name": "Orders",
        })
    );
}

#[test]
fn an_address_is_https_with_only_host_and_path() {
    use MetadataError::{Excess, Malformed, Unencrypted};
    for (address, error) in [
        ("", Malformed),
        ("auth.example", Malformed),
        ("/tenant", Malformed),
        ("https://", Malformed),
        ("https://auth.example/{tenant}", Malformed),
        ("https://auth.example/*", Malformed),
        ("https://auth.example/a/../b", Malformed),
        // It would end a parameter of a challenge.
        ("https://auth.example/a\"b", Malformed),
        ("https://auth.example/a|b", Malformed),
        ("http://auth.example", Unencrypted),
        ("http://127.0.0.1.example", Unencrypted),
        ("ftp://auth.example", Unencrypted),
        ("https://auth.example?tenant=1", Excess),
        ("https://auth.example/#x", Excess),
        ("https://user@auth.example", Excess),
    ] {
        assert_eq!(IssuerMetadata::new(address).err(), Some(error), "{address}");
        assert_eq!(ResourceMetadata::new(address).err(), Some(error), "{address}");
        let metadata = || IssuerMetadata::new("https://auth.example").expect("an address");
        assert_eq!(metadata().jwks_uri(address).err(), Some(error), "{address}");
        assert_eq!(metadata().revocation_endpoint(address).err(), Some(error), "{address}");
        assert_eq!(metadata().introspection_endpoint(address).err(), Some(error), "{address}");
        let resource = ResourceMetadata::new("https://api.example").expect("an address");
        assert_eq!(resource.authorization_server(address).err(), Some(error), "{address}");
    }
    for address in ["http://localhost:3000", "http://[::1]:3000/mcp", "https://auth.example:8443/a-b/c_d"] {
        IssuerMetadata::new(address).expect(address);
    }
}
