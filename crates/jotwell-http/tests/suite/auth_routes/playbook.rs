//! The playbook of `jwt_tool`, with its names, on every route: each token is rejected for the expected reason, ends no
//! session, begins none, and causes no request.
//!
//! The tool modifies a valid token and cannot sign. Tokens that are signed with the right key are in `attacks.rs`.

use hmac::{Hmac, KeyInit, Mac};
use jotwell::{Algorithm, JwkSet, SigningKey, base64url};
use jotwell_http::{AuthErrorKind, AuthPaths, ClientCredentials, Cookies, issuer_routes};
use jotwell_test::TestJwks;
use sha2::Sha256;

use super::*;
use crate::sessions_common::AUDIENCE;

/// A rejected token, and the name of the error.
struct Attack {
    name: String,
    token: String,
    /// The prefixes of the accepted errors; an empty one accepts every error.
    error: &'static str,
}

/// The parts of a valid token.
struct Original {
    header: Value,
    claims: Value,
    signature: String,
    key: SigningKey,
}

fn part(value: &Value) -> String {
    base64url::encode(value.to_string())
}

impl Original {
    fn of(token: &str, key: SigningKey) -> Self {
        let parts: Vec<_> = token.split('.').collect();
        let json = |part| serde_json::from_slice(&base64url::decode(part).expect("base64url")).expect("JSON");
        Self { header: json(parts[0]), claims: json(parts[1]), signature: parts[2].to_owned(), key }
    }

    fn header(&self, members: &[(&str, Value)]) -> Value {
        members.iter().fold(self.header.clone(), |mut header, (name, value)| {
            header[*name] = value.clone();
            header
        })
    }

    /// Returns other claims or another header, with the old signature.
    fn unsigned(&self, header: &Value, claims: &Value) -> String {
        format!("{}.{}.{}", part(header), part(claims), self.signature)
    }

    /// Returns a token that is signed with HS256, with these members.
    fn hmac(&self, members: &[(&str, Value)], secret: &[u8]) -> String {
        let mut header = self.header(members);
        header["alg"] = json!("HS256");
        let input = format!("{}.{}", part(&header), part(&self.claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
        mac.update(input.as_bytes());
        format!("{input}.{}", base64url::encode(mac.finalize().into_bytes()))
    }

    /// Returns a token that is signed with a stranger's key of the same algorithm, with these members.
    fn by_stranger(&self, stranger: &SigningKey, members: &[(&str, Value)]) -> String {
        let input = format!("{}.{}", part(&self.header(members)), part(&self.claims));
        let signature = stranger.sign(input.as_bytes()).expect("a signature");
        format!("{input}.{}", base64url::encode(signature))
    }

    /// Returns the playbook. `listener` is an address at which requests would be noticed.
    fn playbook(&self, stranger: &SigningKey, listener: &str) -> Vec<Attack> {
        let mut attacks = Vec::new();
        let mut add = |name: String, token: String, error| attacks.push(Attack { name, token, error });
        let Self { header, claims, signature, key } = self;
        let input = format!("{}.{}", part(header), part(claims));

        add(
            "Broken signature".into(),
            format!("{input}.{}", &signature[..signature.len() - 4]),
            "Base64|InvalidSignature",
        );
        for claim in claims.as_object().expect("claims").keys() {
            let mut changed = claims.clone();
            changed[claim] = json!(format!("jwt_inject_{claim}"));
            add(
                format!("Claim processing check in {claim} claim"),
                self.unsigned(header, &changed),
                "InvalidSignature",
            );
        }
        add("Blank password accepted in signature (-X b)".into(), self.hmac(&[], b""), "AlgorithmMismatch");
        add("Null signature (-X n)".into(), format!("{input}."), "InvalidSignature");
        for none in ["none", "None", "NONE", "nOnE"] {
            let token = format!("{}.{}.", part(&self.header(&[("alg", json!(none))])), part(claims));
            add(format!("\"alg\":\"{none}\" (-X a)"), token, "Unsecured");
        }
        let zeros = vec![0; base64url::decode(signature.as_str()).expect("base64url").len()];
        add("Psychic signature".into(), format!("{input}.{}", base64url::encode(zeros)), "InvalidSignature");
        // A DER encoding of two zeros.
        let der = base64url::encode([0x30, 6, 2, 1, 0, 2, 1, 0]);
        add("Psychic signature in DER".into(), format!("{input}.{der}"), "InvalidSignature");
        let public = key.verifying_key();
        let (pem, jwk) = (public.to_pem().expect("a PEM"), public.to_jwk().to_json().expect("a JWK"));
        for secret in [pem.as_str(), pem.trim_end(), jwk.as_str()] {
            add("Key Confusion (-X k)".into(), self.hmac(&[], secret.as_bytes()), "AlgorithmMismatch");
        }
        let jwk: Value =
            serde_json::from_str(&stranger.verifying_key().to_jwk().to_json().expect("a JWK")).expect("JSON");
        let thumb = json!("jwt_tool");
        let inline = [("jwk", jwk.clone()), ("kid", thumb.clone())];
        add("Injected JWKS (-X i)".into(), self.by_stranger(stranger, &inline), "UnknownKey");
        add(
            "Injected JWKS (-X i), same kid".into(),
            self.by_stranger(stranger, &[("jwk", jwk)]),
            "InvalidSignature",
        );
        for name in ["jku", "x5u"] {
            let spoofed = [(name, json!(listener))];
            add(
                format!("Spoof JWKS (-X s), {name}"),
                self.by_stranger(stranger, &spoofed),
                "InvalidSignature",
            );
            let spoofed = [(name, json!(listener)), ("kid", thumb.clone())];
            add(
                format!("Spoof JWKS (-X s), {name}, own kid"),
                self.by_stranger(stranger, &spoofed),
                "UnknownKey",
            );
        }
        add("Signed by another key".into(), self.by_stranger(stranger, &[]), "InvalidSignature");
        for (kid, secret) in [
            ("", &b""[..]),
            ("../../../../../../dev/null", b""),
            ("/dev/null", b""),
            ("/invalid_path", b""),
            ("|sleep 10", b""),
            (&format!("| curl {listener}/RCE_in_kid"), b""),
            ("x' UNION SELECT '1';--", b"1"),
        ] {
            add(
                format!("Injected kid claim {kid:?}"),
                self.hmac(&[("kid", json!(kid))], secret),
                "UnknownKey",
            );
        }
        for password in
            ["secret", "password", "changeme", "...", "your-256-bit-secret", "jwt", "null", "undefined"]
        {
            add(
                format!("Common password {password:?}"),
                self.hmac(&[], password.as_bytes()),
                "AlgorithmMismatch",
            );
        }
        // External interactions, forced errors, common claims.
        let values = [json!(listener), Value::Null, json!(true), json!(false), json!("jwt_tool"), json!(0)];
        for value in values {
            for name in [
                "kid", "alg", "typ", "jku", "x5u", "jwk", "x5c", "x5t", "x5t#S256", "cty", "crit", "b64",
                "zip",
            ] {
                let changed = self.header(&[(name, value.clone())]);
                add(
                    format!("Injected {value} into Header Claim: {name}"),
                    self.unsigned(&changed, claims),
                    "",
                );
            }
            let own = claims.as_object().expect("claims").keys().map(String::as_str);
            for name in own.chain(["nbf", "admin", "username", "role", "email", "azp", "events"]) {
                let mut changed = claims.clone();
                changed[name] = value.clone();
                let name = format!("Injected {value} into Payload Claim: {name}");
                add(name, self.unsigned(header, &changed), "InvalidSignature");
            }
        }
        attacks
    }
}

/// The routes that accept an access token, with bearer tokens and with cookies.
fn with_access(id: &str) -> [(&'static str, String, bool); 7] {
    [
        ("POST", "/logout".into(), false),
        ("POST", "/logout-everywhere".into(), false),
        ("GET", "/sessions".into(), false),
        ("DELETE", format!("/sessions/{id}"), false),
        ("POST", "/page/logout-everywhere".into(), true),
        ("GET", "/page/sessions".into(), true),
        ("DELETE", format!("/page/sessions/{id}"), true),
    ]
}

/// A request with these cookies, and with the anti-forgery token of a page of the same host.
fn in_cookies(method: &str, path: &str, cookies: &str) -> Request<String> {
    let cookies = format!("{cookies}; __Host-csrf=proof");
    empty(ask(method, path).header("cookie", cookies).header("x-csrf-token", "proof"))
}

fn form(path: &str, token: &str) -> Request<String> {
    let kind = "application/x-www-form-urlencoded";
    // No character of a token is encoded in a form.
    let body = format!("client_id={AUDIENCE}&client_secret=s&token={token}");
    ask("POST", path).header(CONTENT_TYPE, kind).body(body).expect("a request")
}

async fn refuses_the_playbook(algorithm: Algorithm) {
    let key = SigningKey::generate(algorithm).expect("a key").with_key_id("one");
    let world = World::of(key.clone(), |sessions| sessions);
    let sessions = &world.service.sessions;
    let issuer = issuer_routes(sessions, async |_: ClientCredentials| Ok(()));
    let page = world.routes().cookies(Cookies::new()).paths(AuthPaths::under("/page"));
    let server = Server::new().auth(world.routes()).auth(page).issuer(issuer);
    let tokens = session_of(&world, "user-42").await;
    let id = sessions.id_of(&tokens.session_id).to_string();

    let stranger = SigningKey::generate(algorithm).expect("a key").with_key_id("jwt_tool");
    let set = JwkSet::from_keys([stranger.verifying_key()]).expect("a set");
    let listener = TestJwks::start(&set).expect("a server");
    let original = Original::of(&tokens.access_token, key);
    let attacks = original.playbook(&stranger, &listener.url());
    assert!(attacks.len() > 150, "{}", attacks.len());
    world.events();
    let mut unexpected = Vec::new();
    for Attack { name, token, error } in &attacks {
        let headers = crate::sessions_common::bearer(token);
        let rejected = world.service.authenticator.authenticate(&http::Method::POST, &headers).await;
        let rejected = rejected.expect_err(name);
        let AuthErrorKind::Token(found) = rejected.kind() else { panic!("{name}: {rejected:?}") };
        let found = format!("{found:?}");
        if !error.split('|').any(|error| found.starts_with(error)) {
            unexpected.push(format!("{name}: {found}, not {error}"));
        }
        assert_eq!(rejected.code(), "invalid_token", "{name}");

        for (method, path, cookies) in with_access(&id) {
            let request = match cookies {
                false => by(token, method, &path),
                true => in_cookies(method, &path, &format!("__Host-access={token}")),
            };
            let seen = send(&server, request).await;
            let what = format!("{name}, {method} {path}: {seen:?}");
            assert_eq!(
                seen.error(),
                super::rejected(401, "invalid_token", "the token is not valid"),
                "{what}"
            );
            assert!(seen.header("www-authenticate").contains(r#"error="invalid_token""#), "{what}");
            assert_eq!(seen.cookies(), [], "{what}");
        }
        // A JWT is not a refresh token.
        let body = json!({"refresh_token": token});
        for path in ["/refresh", "/logout"] {
            let seen = send(&server, json_body(ask("POST", path), &body)).await;
            assert_eq!(
                (seen.status, seen.text("error").as_str()),
                (400, "invalid_request"),
                "{name}, {path}"
            );
        }
        for path in ["/page/refresh", "/page/logout"] {
            let seen = send(&server, in_cookies("POST", path, &format!("__Host-refresh={token}"))).await;
            assert_eq!(
                (seen.status, seen.text("error").as_str()),
                (400, "invalid_request"),
                "{name}, {path}"
            );
            assert_eq!(seen.cookies(), [], "{name}, {path}");
        }
        // A login checks only the password.
        for path in ["/login", "/page/login"] {
            let mut request = login("ada", "wrong");
            *request.uri_mut() = path.parse().expect("a path");
            request.headers_mut().insert("authorization", headers["authorization"].clone());
            request.headers_mut().insert("cookie", format!("__Host-access={token}").parse().expect("text"));
            let seen = send(&server, request).await;
            assert_eq!(
                (seen.error().0, seen.text("error").as_str()),
                (400, "invalid_grant"),
                "{name}, {path}"
            );
            assert_eq!(seen.cookies(), [], "{name}, {path}");
        }
        let seen = send(&server, form("/introspect", token)).await;
        assert_eq!((seen.status, seen.body.as_str()), (200, r#"{"active":false}"#), "{name}");
        let seen = send(&server, form("/revoke", token)).await;
        assert_eq!((seen.status, seen.body.as_str()), (200, ""), "{name}");
        // jwt_tool's persistence check.
        world.service.authenticate(&tokens).await.unwrap_or_else(|rejected| panic!("{name}: {rejected:?}"));
    }
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    let codes = world.codes();
    assert!(codes.iter().all(|code| *code == "login_failed"), "{codes:?}");
    assert_eq!(codes.len(), 2 * attacks.len());
    assert_eq!((world.alive("user-42").await, listener.requests()), (1, 0));
}

#[tokio::test]
async fn every_route_rejects_the_playbook_of_jwt_tool() {
    refuses_the_playbook(Algorithm::ES256).await;
}

#[tokio::test]
async fn every_route_rejects_the_playbook_of_jwt_tool_on_rsa() {
    refuses_the_playbook(Algorithm::RS256).await;
}
