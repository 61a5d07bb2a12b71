//! Remote key sets over sockets: issuers with metadata, and TLS.

use std::sync::Arc;

use crate::remote_common::*;
use http::Request;
use jotwell_http::remote::{AddressError, Fetch, FetchError, HttpFetch, RemoteError, RemoteJwkSet};
use jotwell_http::{ReloadKeys, ReloadOutcome};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

const DAY: i64 = 24 * 60 * 60;

fn issuer(server: &Server, clock: &TestClock) -> RemoteJwkSet {
    RemoteJwkSet::discover(format!("http://{}", server.address), ALGORITHMS)
        .allow_http_on_loopback()
        .clock(clock.clone())
        .build(fetch())
        .unwrap()
}

/// Publishes the address of its keys, and this set there.
fn describes(server: &Server, path: &'static str, set: String) {
    let address = server.address;
    server.script(move |request| {
        if request.starts_with("GET /.well-known/openid-configuration ") {
            ok("", &format!(r#"{{"issuer":"http://{address}","jwks_uri":"http://{address}{path}"}}"#))
        } else if request.starts_with(&format!("GET {path} ")) {
            ok("etag: \"1\"\r\ncache-control: max-age=86400\r\n", &set)
        } else {
            status("404 Not Found", "", "")
        }
    });
}

#[tokio::test]
async fn an_issuer_names_its_keys() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    describes(&server, "/a", jwks(&[&one]));
    let keys = issuer(&server, &clock);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!((check(&keys, &one), server.hits()), (Ok(()), 2));
    // The address is known now, and looked up again after a day.
    clock.pass(DAY - 1);
    keys.reload().await;
    assert_eq!(server.hits(), 3);
    describes(&server, "/b", jwks(&[&one, &key("2")]));
    clock.pass(DAY - 1);
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!(server.hits(), 5);
    // The `ETag` of the old address is not used for the new one.
    assert!(server.request(2).contains("if-none-match") && !server.request(4).contains("if-none-match"));
}

#[tokio::test]
async fn an_address_that_fails_is_looked_up_again() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    describes(&server, "/a", jwks(&[&one]));
    let keys = issuer(&server, &clock);
    keys.reload().await;
    describes(&server, "/b", jwks(&[&one]));
    clock.pass(30);
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    clock.pass(30);
    assert_eq!(keys.reload().await, ReloadOutcome::Unchanged);
    assert_eq!(server.hits(), 5);
}

#[tokio::test]
async fn an_unavailable_issuer_keeps_its_address() {
    let (server, clock, one) = (Server::start().await, TestClock::new(), key("1"));
    describes(&server, "/a", jwks(&[&one]));
    let keys = issuer(&server, &clock);
    keys.reload().await;
    let set = jwks(&[&one]);
    server.script(move |request| match request.starts_with("GET /a ") {
        true => ok("", &set),
        false => status("500 Internal Server Error", "", ""),
    });
    clock.pass(DAY);
    // The keys had expired, and are usable again.
    assert_eq!(keys.reload().await, ReloadOutcome::Changed);
    assert_eq!(server.hits(), 4);
}

#[tokio::test]
async fn metadata_of_another_issuer() {
    let (server, clock) = (Server::start().await, TestClock::new());
    server.always(ok("", r#"{"issuer":"https://auth.example","jwks_uri":"https://auth.example/keys"}"#));
    let keys = issuer(&server, &clock);
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    assert!(matches!(keys.status().error.as_deref(), Some(RemoteError::IssuerMismatch { .. })));
    let itself = format!("http://{}", server.address);
    server.always(ok("", &format!(r#"{{"issuer":"{itself}","jwks_uri":"http://10.0.0.1/keys"}}"#)));
    clock.pass(30);
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    let error = keys.status().error.unwrap();
    assert!(matches!(*error, RemoteError::SetAddress(AddressError::NotHttps)));
    server.always(status("302 Found", "location: https://auth.example/\r\n", ""));
    clock.pass(30);
    assert_eq!(keys.reload().await, ReloadOutcome::Failed);
    assert!(matches!(keys.status().error.as_deref(), Some(RemoteError::Redirected { status: 302 })));
}

/// A server with a certificate for that name, and its authority.
pub(crate) async fn tls_server(name: &str) -> (Server, CertificateDer<'static>) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let pair = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new([name.to_owned()]).unwrap().signed_by(&pair, &authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (server, listener) = Server::bind().await;
    let running = server.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (server, acceptor) = (running.clone(), acceptor.clone());
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    server.serve(stream).await;
                }
            });
        }
    });
    (server, authority.der().clone())
}

pub(crate) fn over_tls(server: &Server, fetch: HttpFetch) -> RemoteJwkSet {
    RemoteJwkSet::from_url(format!("https://{}/keys", server.address), ALGORITHMS).build(fetch).unwrap()
}

#[tokio::test]
async fn a_certificate_must_be_trusted() {
    let (server, authority) = tls_server("127.0.0.1").await;
    server.always(ok("", &jwks(&[&key("1")])));
    let mut roots = RootCertStore::empty();
    roots.add(authority).unwrap();
    assert_eq!(over_tls(&server, HttpFetch::with_tls(tls(roots))).reload().await, ReloadOutcome::Changed);
    assert_eq!(server.hits(), 1);
    // Another authority of the same name.
    let mut roots = RootCertStore::empty();
    roots.add(tls_server("127.0.0.1").await.1).unwrap();
    for roots in [roots, RootCertStore::empty()] {
        let keys = over_tls(&server, HttpFetch::with_tls(tls(roots)));
        assert_eq!(keys.reload().await, ReloadOutcome::Failed);
        let error = keys.status().error.unwrap();
        assert!(matches!(*error, RemoteError::Fetch(FetchError::Unreachable { .. })), "{error:?}");
    }
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn a_certificate_must_be_for_the_host() {
    let (server, authority) = tls_server("auth.example").await;
    server.always(ok("", &jwks(&[&key("1")])));
    let mut roots = RootCertStore::empty();
    roots.add(authority).unwrap();
    assert_eq!(over_tls(&server, HttpFetch::with_tls(tls(roots))).reload().await, ReloadOutcome::Failed);
    assert_eq!(server.hits(), 0);
}

#[tokio::test]
async fn the_client_rejects_plain_http_by_default() {
    for address in ["http://auth.example/keys", "http://localhost/keys", "ftp://127.0.0.1/keys"] {
        let mut request = Request::new(());
        *request.uri_mut() = address.parse().unwrap();
        assert!(matches!(fetch().fetch(request).await, Err(FetchError::NotHttps)), "{address}");
    }
}

#[test]
fn a_provider_that_cannot_do_tls_is_an_error() {
    let empty = rustls::crypto::CryptoProvider {
        cipher_suites: Vec::new(),
        ..rustls::crypto::ring::default_provider()
    };
    assert!(matches!(HttpFetch::with_provider(Arc::new(empty)), Err(FetchError::Settings { .. })));
    // If the machine trusts no authority, the client cannot be created either.
    assert!(matches!(HttpFetch::with_ring(), Ok(_) | Err(FetchError::Settings { .. })));
    // Nothing was installed for the process.
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}
