//! A server of actix-web on a real socket, with several workers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use actix_web::{App, HttpServer, web};
use jotwell::{Audience, Issuer, NoClaims, Validator};
use jotwell_http::store::MemoryStore;
use jotwell_http::{AccessClaims, Auth, Authenticator, ReplayGuard, RequireRole};
use jotwell_test::TestIssuer;

fn ask(address: SocketAddr, path: &str, token: Option<&str>) -> String {
    let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{token}\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("a response");
    answer
}

#[test]
fn a_server_of_actix_accepts_valid_tokens_and_single_use_tokens_once() {
    let issuer = TestIssuer::new("https://auth.example", "orders-api").expect("an issuer");
    let token = || issuer.token("user-42", AccessClaims::new(NoClaims)).expect("a token");
    let (iss, aud) = (Issuer::is(issuer.issuer()), Audience::is(issuer.audience()));
    let authenticator: Authenticator =
        Authenticator::new(Validator::new(issuer.verifying_key(), iss, aud).typ("at+jwt"));
    let once = authenticator.clone().single_use(ReplayGuard::new(Arc::new(MemoryStore::new())));
    let app = move || {
        let admin = web::resource("/admin").wrap(authenticator.guard().require(RequireRole::new("admin")));
        let hello = async |auth: Auth| auth.subject().unwrap_or_default().to_owned();
        let scope = web::scope("/once").app_data(web::Data::new(once.clone())).wrap(once.guard());
        App::new()
            .app_data(web::Data::new(authenticator.clone()))
            .service(scope.route("", web::get().to(hello)))
            .service(admin.route(web::get().to(async || "admin")))
            .route("/", web::get().to(hello))
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let serve = async { HttpServer::new(app).workers(2).disable_signals().listen(listener)?.run().await };
        actix_web::rt::System::new().block_on(serve)
    });

    let good = token();
    let accepted = ask(address, "/", Some(&good));
    assert!(accepted.starts_with("HTTP/1.1 200 ") && accepted.ends_with("\r\n\r\nuser-42"), "{accepted}");
    let missing = ask(address, "/", None);
    assert!(missing.starts_with("HTTP/1.1 401 "), "{missing}");
    assert!(missing.contains("www-authenticate: Bearer realm=\"api\"\r\n"), "{missing}");
    assert!(ask(address, "/admin", Some(&good)).starts_with("HTTP/1.1 403 "));
    // Used by the guard and by the extractor of one request; any worker may get the second request.
    assert!(ask(address, "/once", Some(&good)).starts_with("HTTP/1.1 200 "));
    assert!(ask(address, "/once", Some(&good)).starts_with("HTTP/1.1 401 "));
    assert!(ask(address, "/once", Some(&token())).starts_with("HTTP/1.1 200 "));
}
