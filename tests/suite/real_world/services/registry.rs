//! The token service of a container image registry (the `Bearer` flow of its `WWW-Authenticate` header). A token says
//! in `access` what may be pulled and pushed, and names its key by libtrust's fingerprint, or contains its certificate
//! in `x5c`.

use jotwell::{
    Algorithm, Audience, Claims, Header, Issuer, JwkSet, SigningKey, Validator, VerifyError, VerifyingKey,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::super::{base64, bytes, key};
use super::{MINUTE, NOW, parts};

const AUTH_SERVICE: &str = "auth.registry.example";
const REGISTRY: &str = "registry.example";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Resource {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    actions: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Access {
    access: Vec<Resource>,
}

/// `scope=repository:samalba/my-app:pull,push`. Anyone is granted `pull`, but not `push`.
fn granted(scope: &str, account: Option<&str>) -> Access {
    let granted = scope.split(' ').filter_map(|scope| {
        let (kind, rest) = scope.split_once(':')?;
        // A name may contain a port.
        let (name, actions) = rest.rsplit_once(':')?;
        let actions = actions.split(',').filter(|action| *action == "pull" || account.is_some());
        Some(Resource { kind: kind.into(), name: name.into(), actions: actions.map(Into::into).collect() })
    });
    Access { access: granted.collect() }
}

/// SHA-256 of the SubjectPublicKeyInfo, its first 240 bits in base32, in groups of four.
fn fingerprint(key: &VerifyingKey) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digest = Sha256::digest(key.to_der().expect("a public key"));
    let mut text = String::new();
    for five in digest[..30].as_chunks::<5>().0 {
        let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        text.extend((0..8).rev().map(|index| char::from(ALPHABET[(bits >> (5 * index) & 31) as usize])));
    }
    let groups: Vec<&str> = (0..48).step_by(4).map(|start| &text[start..start + 4]).collect();
    groups.join(":")
}

fn mint(key: &SigningKey, header: &Header, account: Option<&str>, access: Access) -> String {
    Claims::new(access)
        .issuer(AUTH_SERVICE)
        .subject(account.unwrap_or_default())
        .audience(REGISTRY)
        .issued_at(NOW)
        .not_before(NOW)
        .expires_at(NOW + MINUTE * 5)
        .jwt_id("tYJCO1c6cnyy7kAn0c7rKPgbV1H1bFws")
        .sign_with(key, header)
        .expect("a token")
}

fn registry(trusted: JwkSet) -> Validator<JwkSet> {
    Validator::with_clock(trusted, Issuer::is(AUTH_SERVICE), Audience::is(REGISTRY), NOW).leeway(MINUTE)
}

fn allows(access: &Access, kind: &str, name: &str, action: &str) -> bool {
    let mut resources =
        access.access.iter().filter(|resource| resource.kind == kind && resource.name == name);
    resources.any(|resource| resource.actions.iter().any(|granted| granted == action))
}

fn signing_keys() -> [SigningKey; 2] {
    let read = |algorithm, name| {
        let signing = SigningKey::from_pem(algorithm, key(name)).expect("a key");
        let kid = fingerprint(&signing.verifying_key());
        signing.with_key_id(kid)
    };
    [read(Algorithm::ES256, "p256.sec1.pem"), read(Algorithm::RS256, "rsa2048.pkcs1.pem")]
}

#[test]
fn tokens_are_found_by_the_fingerprint_of_their_key() {
    let keys = signing_keys();
    let registry = registry(JwkSet::from_keys(keys.iter().map(SigningKey::verifying_key)).expect("a set"));
    for key in &keys {
        let kid = key.key_id().expect("a name").to_owned();
        let groups: Vec<&str> = kid.split(':').collect();
        assert!(groups.len() == 12 && groups.iter().all(|group| group.len() == 4), "{kid}");
        let scope = "repository:localhost:5000/samalba/my-app:pull,push registry:catalog:*";
        let header = Header::for_key(key).with_typ("JWT");
        let token = mint(key, &header, Some("jlhawn"), granted(scope, Some("jlhawn")));
        let (head, claims) = parts(&token);
        assert_eq!(head, json!({"typ": "JWT", "alg": key.algorithm().name(), "kid": kid}));
        assert_eq!(
            claims,
            json!({
                "iss": AUTH_SERVICE, "sub": "jlhawn", "aud": REGISTRY,
                "exp": 1_800_000_300, "nbf": 1_800_000_000, "iat": 1_800_000_000,
                "jti": "tYJCO1c6cnyy7kAn0c7rKPgbV1H1bFws",
                "access": [
                    {"type": "repository", "name": "localhost:5000/samalba/my-app", "actions": ["pull", "push"]},
                    {"type": "registry", "name": "catalog", "actions": ["*"]},
                ],
            })
        );
        let verified = registry.verify::<Claims<Access>>(&token).expect("accepted");
        assert_eq!(verified.require_subject(), Ok("jlhawn"));
        assert!(allows(&verified.custom, "repository", "localhost:5000/samalba/my-app", "push"));
        assert!(!allows(&verified.custom, "repository", "samalba/my-app", "push"));
    }
    // Anyone may pull. The account name is empty, but the claim is present.
    let token = mint(&keys[0], &Header::for_key(&keys[0]), None, granted("repository:a/b:pull,push", None));
    let verified = registry.verify::<Claims<Access>>(&token).expect("accepted");
    assert_eq!(verified.require_subject(), Ok(""));
    assert!(
        allows(&verified.custom, "repository", "a/b", "pull")
            && !allows(&verified.custom, "repository", "a/b", "push")
    );
    // A login without a scope.
    let token = mint(&keys[0], &Header::for_key(&keys[0]), Some("jlhawn"), granted("", Some("jlhawn")));
    assert_eq!(registry.verify::<Access>(&token).expect("accepted").access, []);
}

#[test]
fn a_certificate_in_the_token_is_accepted_and_proves_nothing() {
    let [key, other] = signing_keys();
    let unnamed = SigningKey::new(
        Algorithm::ES256,
        &jotwell::UnboundKey::from_pem(super::super::key("p256.sec1.pem")).expect("a key"),
    )
    .expect("a key");
    let trusted =
        VerifyingKey::from_pem(Algorithm::ES256, bytes("interop/keys/p256.cert.pem")).expect("a key");
    let registry = registry(JwkSet::from_keys([trusted]).expect("a set"));
    let chain = |file: &str| vec![base64(bytes(&format!("interop/keys/{file}")))];
    let access = granted("repository:a/b:pull", None);
    for file in ["p256.cert.der", "rsa2048.cert.der"] {
        // Their own certificate, or another one: the trusted key decides.
        let header = Header::for_key(&unnamed).with_typ("JWT").with("x5c", &chain(file)).expect("a header");
        let token = mint(&unnamed, &header, None, access.clone());
        let verified = registry.verify::<Access>(&token).expect("accepted");
        assert_eq!(*verified, access);
        assert_eq!(verified.header().x509_chain().expect("well-formed"), Some(chain(file)));
    }
    // A key is not trusted because of its certificate.
    let header = Header::new(Algorithm::RS256).with("x5c", &chain("rsa2048.cert.der")).expect("a header");
    let error = registry.verify::<Access>(&mint(&other, &header, None, access.clone())).unwrap_err();
    assert!(matches!(error, VerifyError::NoKeyForAlgorithm { .. }), "{error}");
    // A key that the registry knows without a name is used for tokens without one.
    let error = registry.verify::<Access>(&mint(&key, &Header::for_key(&key), None, access)).map(drop);
    assert_eq!(error, Err(VerifyError::unknown_key(key.key_id())));
}

#[test]
fn the_same_tokens_are_refused() {
    let [key, _] = signing_keys();
    let registry = registry(JwkSet::from_keys([key.verifying_key()]).expect("a set"));
    let header = Header::for_key(&key).with_typ("JWT");
    let token = mint(&key, &header, None, granted("repository:a/b:pull", None));
    let error = |validator: Validator<JwkSet>| validator.verify::<Access>(&token).map(drop).unwrap_err();
    assert!(matches!(error(registry.clone().clock(NOW + MINUTE * 6)), VerifyError::Expired { .. }));
    assert!(matches!(error(registry.clone().clock(NOW - MINUTE * 2)), VerifyError::NotYetValid { .. }));
    let keys = JwkSet::from_keys([key.verifying_key()]).expect("a set");
    let elsewhere =
        Validator::with_clock(keys.clone(), Issuer::is(AUTH_SERVICE), Audience::is("mirror.example"), NOW);
    assert!(matches!(error(elsewhere), VerifyError::AudienceMismatch { .. }));
    let other_issuer =
        Validator::with_clock(keys, Issuer::is("auth.other.example"), Audience::is(REGISTRY), NOW);
    assert!(matches!(error(other_issuer), VerifyError::IssuerMismatch { .. }));
    let renamed = key.clone().with_key_id("AAAA:BBBB");
    let token = mint(&renamed, &Header::for_key(&renamed), None, granted("", None));
    assert_eq!(registry.verify::<Access>(&token).map(drop), Err(VerifyError::unknown_key(Some("AAAA:BBBB"))));
}
