//! New projects with the documented dependencies, and nothing else from this repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use jotwell::{Algorithm, Claims, Header, JwkSet, NoClaims, SigningKey};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// What a user of `RemoteJwkSet` writes into Cargo.toml, except for the path.
const DEPENDENCIES: &str = r#"jotwell = "0.1"
jotwell-http = { version = "0.1", features = ["axum", "fetch-ring"] }
"#;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("a folder")
}

fn readme() -> String {
    fs::read_to_string(repository().join("crates/jotwell-http/README.md")).expect("the README")
}

/// Creates a project with this name, the documented dependencies, the user's own, and this program.
fn project(name: &str, own: &str, program: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("src")).expect("a folder");
    let root = repository().display().to_string();
    let documented = DEPENDENCIES
        .replace("jotwell = \"0.1\"", &format!("jotwell = {{ path = {root:?} }}"))
        .replace("version = \"0.1\"", &format!("path = {:?}", format!("{root}/crates/jotwell-http")));
    let manifest = format!(
        "[workspace]\n\n[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{documented}{own}"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("written");
    fs::write(folder.join("src/main.rs"), program).expect("written");
    folder
}

fn cargo(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(folder).envs(environment.iter().copied());
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("target"));
    // A new user does not have the settings of this test's build.
    for name in
        ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    {
        command.env_remove(name);
    }
    command.output().expect("cargo")
}

/// Returns the example of a section of the README.
fn example(section: &str) -> String {
    let readme = readme();
    let section = readme.split(&format!("## {section}\n")).nth(1).expect("a section");
    let block =
        section.split("```rust").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    block.split_once('\n').expect("lines").1.to_owned()
}

#[test]
fn the_dependencies_are_documented() {
    let page = repository().join("crates/jotwell-http/src/guide/remote_keys.rs");
    let page = fs::read_to_string(page).expect("a page of the guide");
    let text: String = page.lines().map(|line| format!("{}\n", line.trim_start_matches("//! "))).collect();
    assert!(text.contains(DEPENDENCIES), "{DEPENDENCIES}");
    assert!(readme().contains("With the features `axum` and `fetch-ring`:"));
}

/// Creates a certificate authority, an intermediate one, and a server's certificate. A public server sends all but the
/// first.
fn chain() -> (String, ServerConfig) {
    let authority = |name: &str| {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
    };
    let root = CertifiedIssuer::self_signed(authority("A Root"), KeyPair::generate().expect("a key"))
        .expect("a root");
    let between = KeyPair::generate().expect("a key");
    let between =
        CertifiedIssuer::signed_by(authority("An Intermediate"), between, &root).expect("an authority");
    let pair = KeyPair::generate().expect("a key");
    let leaf =
        CertificateParams::new(["localhost".to_owned()]).expect("parameters").signed_by(&pair, &between);
    let shown = vec![leaf.expect("a certificate").der().clone(), between.der().clone()];
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(shown, PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der())))
        .expect("a configuration");
    (root.pem(), config)
}

/// Publishes the metadata of an issuer and its keys, over TLS. Returns the issuer.
async fn serve(config: ServerConfig, keys: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let issuer = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
    let metadata = serde_json::json!({"issuer": issuer, "jwks_uri": format!("{issuer}/keys")}).to_string();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a client");
            let (acceptor, metadata, keys) = (acceptor.clone(), metadata.clone(), keys.clone());
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { return };
                    head.push(byte);
                }
                let body = if head.starts_with(b"GET /keys ") { keys } else { metadata };
                let length = body.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    issuer
}

const MAIN: &str = r#"
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let authenticator = authenticator()?;
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("authorization", std::env::var("TOKEN")?.parse()?);
    let auth = authenticator.authenticate(&reqwest::Method::GET, &headers).await?;
    println!("subject {:?}", auth.subject());
    // What most users write: no provider installed, nothing configured.
    let answer = reqwest::Client::new().get(format!("{}/keys", std::env::var("ISSUER")?)).send().await?;
    println!("reqwest {}", answer.status());
    Ok(())
}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_remote_keys_runs_together_with_reqwest() {
    let key = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("1");
    let keys = JwkSet::from_keys([key.verifying_key()]).and_then(|keys| keys.to_json()).expect("a set");
    let (root, config) = chain();
    let issuer = serve(config, keys).await;
    let claims = Claims::new(NoClaims).issuer(&*issuer).audience("orders-api").subject("user-42");
    let header = Header::for_key(&key).with_typ("at+jwt");
    let token = claims.expires_in(Duration::from_secs(3600)).sign_with(&key, &header).expect("a token");

    let program = example("Tokens of another issuer").replace("https://login.example", &issuer) + MAIN;
    let own =
        "reqwest = \"0.13\"\ntokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";
    let folder = project("first-try", own, &program);
    let trusted = folder.join("root.pem");
    fs::write(&trusted, root).expect("written");
    let environment = [
        ("SSL_CERT_FILE", trusted.to_str().expect("UTF-8")),
        ("TOKEN", &format!("Bearer {token}")),
        ("ISSUER", &issuer),
    ];
    let output = tokio::task::block_in_place(|| cargo(&folder, &["run", "--quiet"], &environment));
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(said, "subject Some(\"user-42\")\nreqwest 200 OK\n", "{error}");

    // Neither client trusts the server if its authority is not trusted.
    let nobody = folder.join("other.pem");
    fs::write(&nobody, chain().0).expect("written");
    let environment = [("SSL_CERT_FILE", nobody.to_str().expect("UTF-8")), environment[1], environment[2]];
    let output = tokio::task::block_in_place(|| cargo(&folder, &["run", "--quiet"], &environment));
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[test]
fn the_compiler_names_the_authenticator_that_a_router_lacks() {
    let program = r#"use axum::{Router, routing::get};
use jotwell_http::Auth;

#[derive(Clone)]
struct App;

#[axum::debug_handler(state = App)]
async fn orders(auth: Auth) -> String {
    format!("{:?}", auth.subject())
}

fn main() {
    let _: Router = Router::new().route("/orders", get(orders)).with_state(App);
}
"#;
    let folder =
        project("no-authenticator", "axum = { version = \"0.8\", features = [\"macros\"] }\n", program);
    let output = cargo(&folder, &["check", "--quiet"], &[]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(error.contains("`FromRef<App>` is not implemented for `Authenticator`"), "{error}");
}
