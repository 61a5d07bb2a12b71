//! JWK Sets from the web: over https with the test's own certificate, and over http on this machine.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::common::{AUDIENCE, Desk, ISSUER, Run, kept};

/// A server for a few documents. It runs until the test process ends.
struct Server {
    port: u16,
}

impl Server {
    /// Serves documents by their paths; `ORIGIN` in them is replaced by the server's own origin.
    fn new(documents: Vec<(&'static str, String)>, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let origin =
            format!("{}:{port}", if tls.is_some() { "https://localhost" } else { "http://127.0.0.1" });
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.expect("a connection");
                // A client that does not trust the certificate closes the connection during the handshake.
                let _ = match &tls {
                    None => answer(stream, &documents, &origin),
                    Some(config) => {
                        let connection = ServerConnection::new(config.clone()).expect("a connection");
                        answer(StreamOwned::new(connection, stream), &documents, &origin)
                    }
                };
            }
        });
        Self { port }
    }

    fn http(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn https(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }
}

fn answer(
    mut stream: impl Read + Write,
    documents: &[(&str, String)],
    origin: &str,
) -> Result<(), std::io::Error> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        request.extend_from_slice(&byte);
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default();
    let document = documents.iter().find(|(known, _)| *known == path);
    let (status, body) = document.map_or(("404 Not Found", ""), |(_, body)| ("200 OK", body.as_str()));
    let body = body.replace("ORIGIN", origin);
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")?;
    stream.flush()
}

const METADATA: &str = r#"{"issuer":"ORIGIN","jwks_uri":"ORIGIN/jwks.json"}"#;

fn documents(desk: &Desk) -> Vec<(&'static str, String)> {
    desk.run(&["jwks", "merge", "public.jwk", "--out", "set"]).ends(0);
    let two = ["jwks", "merge", "set", &kept("rsa2048.spki.pem"), "--alg", "RS256"];
    vec![
        ("/jwks.json", desk.read("set")),
        ("/two.json", desk.run(&two).ends(0).text()),
        ("/.well-known/openid-configuration", METADATA.to_owned()),
        ("/other/.well-known/openid-configuration", METADATA.to_owned()),
        ("/page", "<html>".to_owned()),
    ]
}

fn verify(desk: &Desk, address: &str, more: &[&str], env: &[(&str, &str)]) -> Run {
    let args = ["verify", "token", "--jwks", address, "--issuer", ISSUER, "--audience", AUDIENCE];
    desk.run_with(&[&args[..], more].concat(), b"", env)
}

#[test]
fn a_set_and_the_metadata_of_an_issuer_are_fetched() {
    let desk = Desk::with_token();
    let server = Server::new(documents(&desk), None);
    for path in ["/jwks.json", "/.well-known/openid-configuration"] {
        let run = verify(&desk, &server.http(path), &[], &[]).ends(0);
        assert_eq!(run.json()["sub"], "user-42");
        assert!(run.stderr.is_empty(), "{}", run.stderr);
    }
    // The accepted algorithms are decided as for a file.
    let two = server.http("/two.json");
    verify(&desk, &two, &[], &[]).ends(2).says("keys in the set fit RS256 or ES256");
    verify(&desk, &two, &["--alg", "ES256"], &[]).ends(0);
    verify(&desk, &two, &["--alg", "RS256"], &[]).ends(1);
    verify(&desk, &server.http("/jwks.json"), &["--alg", "RS256"], &[]).ends(2).says("no key for RS256");
    verify(&desk, &two, &["--alg", "HS256"], &[]).ends(2).says("shared secret");
    // A token for another policy is rejected as usual.
    let other =
        ["verify", "token", "--jwks", &two, "--alg", "ES256", "--iss", "https://else.example", "--aud", "a"];
    desk.run(&other).ends(1).says("expected \"https://else.example\"");
}

#[test]
fn a_failed_fetch_is_misuse_with_a_reason() {
    let desk = Desk::with_token();
    let server = Server::new(documents(&desk), None);
    let refused = |path: &str| verify(&desk, &server.http(path), &[], &[]).ends(2);
    refused("/missing").says("status 404");
    refused("/page").says("not a JWK Set").says("/.well-known/openid-configuration");
    refused("/other/.well-known/openid-configuration")
        .says("asked for the issuer")
        .says("the document describes");
    verify(&desk, "http://auth.example/jwks.json", &[], &[]).ends(2).says("https");
    verify(&desk, &server.http("/jwks.json").replace("127.0.0.1", "localhost"), &[], &[])
        .ends(2)
        .says("https");
    verify(&desk, "https://user:pass@auth.example/jwks.json", &[], &[]).ends(2);
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    verify(&desk, &format!("http://{gone}/jwks.json"), &[], &[]).ends(2).says("could not be fetched");
}

#[test]
fn https_uses_the_trust_store_of_the_system() {
    let desk = Desk::with_token();
    let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocols")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.cert.der().clone()], key)
        .expect("a certificate and its key");
    let server = Server::new(documents(&desk), Some(Arc::new(config)));
    desk.write("trusted.pem", certificate.cert.pem());
    let trusted = desk.path("trusted.pem");
    let trusting = [("SSL_CERT_FILE", trusted.to_str().expect("a path in UTF-8"))];
    for path in ["/jwks.json", "/.well-known/openid-configuration"] {
        verify(&desk, &server.https(path), &[], &trusting).ends(0);
        verify(&desk, &server.https(path), &[], &[]).ends(2).says("could not be fetched");
    }
}
