//! Issuing and verifying from a user's view. Attacks are in `attacks.rs`.

use std::collections::BTreeMap;
use std::time::Duration;

use jotwell::{
    Algorithm, Audience, Audiences, Claims, Clock, Curve, Expiry, Header, Issuer, JsonError, Jwk, KeyType,
    MAX_HEADER_VALUES, NoClaims, NumericDate, RegisteredClaim, SignError, SigningKey, SystemClock,
    UnsignedToken, UnverifiedToken, Validator, VerifyError, VerifyingKey, base64url, jws,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Account {
    roles: Vec<String>,
}

fn account() -> Account {
    Account { roles: vec!["editor".into()] }
}

fn key() -> SigningKey {
    SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key")
}

fn claims<T>(private: T) -> Claims<T> {
    Claims::new(private)
        .issuer("https://auth.example")
        .subject("user-42")
        .audience("orders-api")
        .expires_at(NOW.saturating_add(Duration::from_secs(900)))
}

fn validator() -> Validator<VerifyingKey> {
    let (issuer, audience) = (Issuer::is("https://auth.example"), Audience::is("orders-api"));
    Validator::new(key().verifying_key(), issuer, audience).clock(NOW)
}

fn payload_of(token: &str) -> String {
    let payload = token.split('.').nth(1).expect("three parts");
    String::from_utf8(base64url::decode(payload).expect("base64url")).expect("UTF-8")
}

#[test]
fn ten_lines_issue_and_verify() {
    let key = SigningKey::generate(Algorithm::ES256).expect("a key").with_key_id("2026-11");
    let token = Claims::new(account())
        .issuer("https://auth.example")
        .audience("orders-api")
        .expires_in(Duration::from_secs(900))
        .sign(&key)
        .expect("a token");
    let validator =
        Validator::new(key.verifying_key(), Issuer::is("https://auth.example"), Audience::is("orders-api"));
    let token = validator.verify::<Account>(&token).expect("verified");
    assert_eq!(token.roles, ["editor"]);
    assert_eq!(token.header().key_id(), Some("2026-11"));
    assert_eq!(token.header().typ(), Some("JWT"));
    assert_eq!(token.into_inner(), account());
}

#[test]
fn claims_are_read_as_they_were_issued() {
    let issued = claims(account())
        .audience("billing-api")
        .not_before(NOW)
        .issued_at(NOW.saturating_sub(Duration::from_millis(500)))
        .jwt_id("a \"quoted\" \\ \u{1} jti é😀");
    let token = issued.sign(&key()).expect("a token");
    let verified = validator().verify::<Claims<Account>>(&token).expect("verified");
    assert_eq!(*verified, issued);
    assert!(verified.audience.contains("billing-api") && !verified.audience.contains("billing"));
}

#[test]
fn claims_are_written_as_rfc_7519_shows_them() {
    let token = claims(account()).issued_at(NOW).jwt_id("7").sign(&key()).expect("a token");
    assert_eq!(
        payload_of(&token),
        r#"{"iss":"https://auth.example","sub":"user-42","aud":"orders-api","exp":1800000900,"iat":1800000000,"jti":"7","roles":["editor"]}"#
    );
    let token = Claims::new(NoClaims).audience("a").audience("b").sign(&key()).expect("a token");
    assert_eq!(payload_of(&token), r#"{"aud":["a","b"]}"#);
    assert_eq!(payload_of(&Claims::new(NoClaims).sign(&key()).expect("a token")), "{}");
    assert_eq!(payload_of(&Claims::new(account()).sign(&key()).expect("a token")), r#"{"roles":["editor"]}"#);
    assert_eq!(
        payload_of(&Claims::new(json!({})).issuer("x").sign(&key()).expect("a token")),
        r#"{"iss":"x"}"#
    );
}

#[test]
fn expires_in_also_sets_iat() {
    let claims = Claims::new(NoClaims).expires_in(Duration::from_secs(900));
    let (issued_at, expires_at) = (claims.issued_at.expect("iat"), claims.expires_at.expect("exp"));
    assert_eq!(expires_at, issued_at.saturating_add(Duration::from_secs(900)));
    assert!(SystemClock.now().saturating_since(issued_at) < Duration::from_secs(60));
}

#[test]
fn any_type_that_deserializes_can_be_the_claims() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Everything {
        iss: String,
        sub: Option<String>,
        aud: Audiences,
        exp: NumericDate,
        roles: Vec<String>,
    }
    let token = claims(account()).sign(&key()).expect("a token");
    let everything = validator().verify::<Everything>(&token).expect("verified");
    assert_eq!(everything.iss, "https://auth.example");
    assert_eq!(everything.sub.as_deref(), Some("user-42"));
    assert_eq!(everything.aud, Audiences(vec!["orders-api".into()]));
    assert_eq!(everything.exp, NOW.saturating_add(Duration::from_secs(900)));
    assert_eq!(validator().verify::<Value>(&token).expect("verified")["sub"], "user-42");
    assert!(validator().verify::<BTreeMap<String, Value>>(&token).expect("verified").contains_key("exp"));
    assert_eq!(validator().verify::<Claims>(&token).expect("verified").custom, NoClaims);
    validator().verify::<NoClaims>(&token).expect("verified");
}

#[test]
fn a_type_with_registered_claims_can_be_issued() {
    #[derive(Serialize)]
    struct Everything {
        iss: &'static str,
        aud: Audiences,
        exp: NumericDate,
    }
    let aud = Audiences(vec!["orders-api".into(), "billing-api".into()]);
    let exp = NOW.saturating_add(Duration::from_millis(1500));
    let token =
        Claims::new(Everything { iss: "https://auth.example", aud, exp }).sign(&key()).expect("a token");
    assert_eq!(
        payload_of(&token),
        r#"{"iss":"https://auth.example","aud":["orders-api","billing-api"],"exp":1800000001.5}"#
    );
    assert_eq!(validator().verify::<Claims>(&token).expect("verified").expires_at, Some(exp));
}

/// A service that extends a token reads it, changes the expiry and signs it again.
#[test]
fn claims_of_a_token_are_issued_again_after_being_read_into_any_type() {
    #[derive(Serialize, Deserialize)]
    struct Session {
        sub: String,
        role: String,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    let token = claims(json!({"role": "editor", "tenant": 7})).jwt_id("1").sign(&key()).expect("a token");
    let mut read = validator().verify::<Claims<Session>>(&token).expect("verified").into_inner();
    assert!(read.custom.rest.contains_key("exp") && read.custom.sub == "user-42");
    read = read.expires_at(NOW + Duration::from_secs(7200));
    read.jwt_id = None;
    let again = read.sign(&key()).expect("a token");
    let again = validator().verify::<BTreeMap<String, Value>>(&again).expect("verified");
    assert_eq!(again["exp"], NOW.as_secs() + 7200);
    assert_eq!(
        (&again["sub"], &again["role"], &again["tenant"]),
        (&json!("user-42"), &json!("editor"), &json!(7))
    );
    assert!(!again.contains_key("jti"));
}

#[test]
fn dates_are_set_in_whole_seconds_and_fractions_by_the_field() {
    let fraction = NOW + Duration::from_millis(1500);
    let mut claims = Claims::new(NoClaims).expires_at(fraction).not_before(fraction).issued_at(fraction);
    let token = claims.sign(&key()).expect("a token");
    assert_eq!(payload_of(&token), r#"{"exp":1800000001,"nbf":1800000001,"iat":1800000001}"#);
    claims.expires_at = Some(fraction);
    assert!(payload_of(&claims.sign(&key()).expect("a token")).contains(r#""exp":1800000001.5"#));
    let now = NumericDate::now();
    assert_eq!((now, now.subsec_nanos()), (now.to_whole_seconds(), 0));
    assert!(now > NOW - Duration::from_secs(400_000_000));
    assert_eq!(NumericDate::from(std::time::UNIX_EPOCH - Duration::from_millis(500)).to_string(), "-0.5");
}

/// The check reads its own type, so it cannot be bypassed by reading the token into another one.
#[test]
fn custom_checks_see_typed_claims() {
    #[derive(Deserialize)]
    struct IdToken {
        nonce: String,
    }
    let policy = validator().check_claims(|token: &IdToken| match token.nonce.as_str() {
        "expected" => Ok(()),
        _ => Err(VerifyError::CustomCheck { reason: "another nonce" }),
    });
    let verify = |custom: Value| {
        let token = claims(custom).sign(&key()).expect("a token");
        policy.verify::<NoClaims>(&token).map(drop)
    };
    assert_eq!(verify(json!({"nonce": "expected"})), Ok(()));
    assert_eq!(verify(json!({"nonce": "other"})), Err(VerifyError::CustomCheck { reason: "another nonce" }));
    let missing =
        VerifyError::Deserialize { path: "nonce".into(), expected: "this member, which is missing".into() };
    assert_eq!(verify(json!({})), Err(missing));
}

#[test]
fn claims_can_borrow_from_a_buffer_that_is_used_again() {
    #[derive(Deserialize)]
    struct Borrowed<'a> {
        #[serde(borrow)]
        roles: Vec<&'a str>,
        sub: &'a str,
    }
    let mut buffer = Vec::new();
    for role in ["editor", "administrator"] {
        let token = claims(json!({ "roles": [role] })).sign(&key()).expect("a token");
        let token = validator().verify_in::<Borrowed<'_>>(&token, &mut buffer).expect("verified");
        assert_eq!((token.sub, &*token.roles), ("user-42", &[role][..]));
    }
    assert!(String::from_utf8_lossy(&buffer).contains("administrator"));
}

#[test]
fn claims_that_verifiers_would_reject_are_not_issued() {
    let refused = |private: Value| claims(private).sign(&key()).unwrap_err();
    let repeated = refused(json!({"sub": "someone else"}));
    assert_eq!(repeated, SignError::DuplicateMember { name: "sub".into() });
    #[derive(Serialize)]
    struct Flattened {
        tenant: u32,
        #[serde(flatten)]
        rest: BTreeMap<&'static str, u32>,
    }
    let twice = Flattened { tenant: 1, rest: BTreeMap::from([("tenant", 2)]) };
    let repeated = Claims::new(twice).sign(&key()).unwrap_err();
    assert_eq!(repeated, SignError::DuplicateMember { name: "tenant".into() });
    for private in [json!([]), json!("text"), json!(7), json!(null)] {
        assert_eq!(refused(private), SignError::Claims(JsonError::NotAnObject));
    }
    for (claim, value) in [("nbf", json!("soon")), ("jti", json!(7)), ("jti", json!([]))] {
        assert_eq!(refused(json!({ claim: value })), SignError::InvalidClaim { claim });
    }
    assert_eq!(refused(json!({ "nbf": null })), SignError::NullClaim { claim: "nbf" });
    assert_eq!(
        refused(json!({ "iat": 1e300 })),
        SignError::DateOutOfRange { claim: "iat", value: "1e+300".into() }
    );
    let mut deep = json!(0);
    for _ in 0..40 {
        deep = json!([deep]);
    }
    let too_deep = refused(json!({ "deep": deep }));
    assert!(matches!(too_deep, SignError::Claims(JsonError::TooDeep { .. })), "{too_deep}");
    let no_json: BTreeMap<(u8, u8), u8> = BTreeMap::from([((0, 0), 0)]);
    assert_eq!(claims(no_json).sign(&key()).unwrap_err(), SignError::Serialize);
}

#[test]
fn leaving_a_check_out_is_explicit() {
    let token = Claims::new(account()).sign(&key()).expect("a token");
    let open =
        |validator: Validator<VerifyingKey>| validator.expiry(Expiry::Unchecked).verify::<Account>(&token);
    let build = |issuer, audience| Validator::new(key().verifying_key(), issuer, audience);
    assert!(open(build(Issuer::unchecked(), Audience::unchecked())).is_ok());
    let missing = |claim: RegisteredClaim| VerifyError::MissingClaim { claim: claim.name().into() };
    let error = open(build(Issuer::is("x"), Audience::unchecked())).unwrap_err();
    assert_eq!(error, missing(RegisteredClaim::Issuer));
    let error = open(build(Issuer::unchecked(), Audience::is("x"))).unwrap_err();
    assert_eq!(error, missing(RegisteredClaim::Audience));
    let error = build(Issuer::unchecked(), Audience::unchecked()).verify::<Account>(&token).unwrap_err();
    assert_eq!(error, missing(RegisteredClaim::ExpirationTime));
    let if_present = build(Issuer::unchecked(), Audience::unchecked()).expiry(Expiry::IfPresent);
    assert!(if_present.verify::<Account>(&token).is_ok());
    let expired = Claims::new(account()).expires_at(NOW).sign(&key()).expect("a token");
    let error = if_present.clock(NOW).verify::<Account>(&expired).unwrap_err();
    assert_eq!(error, VerifyError::Expired { expired_at: NOW, now: NOW });
}

#[test]
fn any_of_accepts_each_and_an_empty_list_accepts_none() {
    let token = claims(account()).sign(&key()).expect("a token");
    let with = |issuers: &[&str], audiences: &[&str]| {
        let (issuer, audience) =
            (Issuer::any_of(issuers.iter().copied()), Audience::any_of(audiences.iter().copied()));
        Validator::new(key().verifying_key(), issuer, audience).clock(NOW).verify::<Account>(&token).map(drop)
    };
    let (ours, us) = ("https://auth.example", "orders-api");
    assert_eq!(with(&["other", ours], &["other", us]), Ok(()));
    assert!(matches!(with(&["other"], &[us]), Err(VerifyError::IssuerMismatch { .. })));
    assert!(matches!(with(&[], &[us]), Err(VerifyError::IssuerMismatch { .. })));
    assert!(matches!(with(&[ours], &[]), Err(VerifyError::AudienceMismatch { .. })));
}

#[test]
fn subject_and_required_claims_are_checked() {
    let token = claims(account()).sign(&key()).expect("a token");
    assert!(validator().subject("user-42").verify::<Account>(&token).is_ok());
    let error = validator().subject("user-4").verify::<Account>(&token).unwrap_err();
    assert_eq!(error, VerifyError::SubjectMismatch);
    assert!(validator().require("roles").require("sub").verify::<Account>(&token).is_ok());
    for claim in ["jti", "tenant"] {
        let error = validator().require("roles").require(claim).verify::<Account>(&token).unwrap_err();
        assert_eq!(error, VerifyError::MissingClaim { claim: claim.into() });
    }
    let nobody = Claims::new(account())
        .issuer("https://auth.example")
        .audience("orders-api")
        .expires_at(NumericDate::MAX)
        .sign(&key())
        .expect("a token");
    let error = validator().subject("user-42").verify::<Account>(&nobody).unwrap_err();
    assert_eq!(error, VerifyError::MissingClaim { claim: "sub".into() });
}

#[test]
fn custom_checks_run_last_and_see_the_claims() {
    let check = |validator: Validator<VerifyingKey>| {
        validator.check(|claims| match claims.jwt_id().as_deref() {
            Some("stolen") => Err(VerifyError::CustomCheck { reason: "revoked" }),
            Some("who knows") => Err(VerifyError::Unavailable { reason: "the list of revoked tokens" }),
            _ => Ok(()),
        })
    };
    let token = |id: &str| claims(account()).jwt_id(id).sign(&key()).expect("a token");
    assert!(check(validator()).verify::<Account>(&token("good")).is_ok());
    let error = check(validator()).verify::<Account>(&token("stolen")).unwrap_err();
    assert_eq!(error, VerifyError::CustomCheck { reason: "revoked" });
    let error = check(validator()).verify::<Account>(&token("who knows")).unwrap_err();
    assert_eq!(error, VerifyError::Unavailable { reason: "the list of revoked tokens" });
    let late = check(validator().clock(NumericDate::MAX)).verify::<Account>(&token("stolen")).unwrap_err();
    assert!(matches!(late, VerifyError::Expired { .. }), "{late}");

    let seen = validator().check(|claims| {
        assert_eq!(claims.issuer().as_deref(), Some("https://auth.example"));
        assert_eq!(claims.subject().as_deref(), Some("user-42"));
        assert_eq!(claims.audience(), ["orders-api", "b"]);
        assert_eq!(claims.expires_at(), Some(NOW.saturating_add(Duration::from_secs(900))));
        assert_eq!((claims.not_before(), claims.issued_at()), (Some(NOW), None));
        Ok(())
    });
    let token = claims(account()).audience("b").not_before(NOW).sign(&key()).expect("a token");
    assert!(seen.verify::<Account>(&token).is_ok());
}

#[test]
fn claims_of_another_type_are_rejected_without_quoting_them() {
    let token = claims(json!({ "roles": "confidential" })).sign(&key()).expect("a token");
    let error = validator().verify::<Account>(&token).unwrap_err();
    assert_eq!(error, VerifyError::Deserialize { path: "roles".into(), expected: "a sequence".into() });
    assert!(!format!("{error} {error:?}").contains("confidential"));
}

#[test]
fn the_clock_may_be_a_date_or_a_function() {
    let token = claims(account()).sign(&key()).expect("a token");
    let late = NOW.saturating_add(Duration::from_secs(900));
    assert!(validator().clock(move || NOW).verify::<Account>(&token).is_ok());
    assert!(validator().clock(move || late).verify::<Account>(&token).is_err());
    assert!(validator().clock(move || late).leeway(Duration::from_secs(1)).verify::<Account>(&token).is_ok());
}

#[test]
fn unverified_tokens_show_what_the_sender_wrote() {
    let token = claims(account()).sign(&key().with_key_id("k")).expect("a token");
    let unverified = UnverifiedToken::parse(&token).expect("a token");
    assert_eq!(unverified.header().key_id(), Some("k"));
    assert_eq!(unverified.payload_without_verification(), payload_of(&token).as_bytes());
    let claims: Claims<Account> = unverified.claims_without_verification().expect("claims");
    assert_eq!(claims.custom, account());
    assert_eq!(UnverifiedToken::parse("a.b").unwrap_err(), VerifyError::SegmentCount { found: 2 });
}

#[test]
fn tokens_can_be_signed_externally() {
    for algorithm in [Algorithm::HS256, Algorithm::ES256, Algorithm::EdDSA] {
        let key = SigningKey::generate(algorithm).expect("a key");
        let unsigned = claims(account()).unsigned(&Header::for_key(&key)).expect("an unsigned token");
        assert_eq!(unsigned.algorithm(), algorithm);
        let signature = key.sign(unsigned.signing_input().as_bytes()).expect("a signature");
        let elsewhere = unsigned.clone().with_signature(&signature).expect("a token");
        assert_eq!(elsewhere, unsigned.clone().sign(&key).expect("a token"));
        let found = signature.len() - 1;
        let error = unsigned.with_signature(&signature[1..]).unwrap_err();
        assert_eq!(error, SignError::SignatureLength { algorithm, found });
    }
    // The header of another token may have an extension that this crate does not implement.
    let key = SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key");
    let token = jws::sign_detached_unencoded(b"payload", &key).expect("a token");
    let verifier = jws::Verifier::new(key.verifying_key()).allow_unencoded_payload();
    let verified = verifier.verify_detached(&token, b"payload").expect("verified");
    let critical = UnsignedToken::new(verified.header(), b"payload");
    assert_eq!(critical.with_signature(&[0; 32]), Err(SignError::InvalidHeader { parameter: "crit".into() }));
    let rsa = UnsignedToken::new(&Header::new(Algorithm::RS256), b"");
    for (found, fits) in [(0, false), (255, false), (256, true), (512, true), (513, false)] {
        assert_eq!(rsa.clone().with_signature(&vec![1; found]).is_ok(), fits, "{found}");
    }
}

#[test]
fn nothing_is_signed_if_key_and_header_disagree() {
    let error = claims(account()).sign_with(&key(), &Header::new(Algorithm::HS512)).unwrap_err();
    assert_eq!(error, SignError::AlgorithmMismatch { key: Algorithm::HS256, header: Algorithm::HS512 });
}

/// Returns DER as OpenSSL writes it, from `r ‖ s`.
fn der(fixed: &[u8]) -> Vec<u8> {
    let (r, s) = fixed.split_at(fixed.len() / 2);
    let integer = |bytes: &[u8]| {
        let digits: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign = if digits[0] >= 0x80 { &[0][..] } else { &[] };
        [&[2, (digits.len() + sign.len()) as u8], sign, &digits].concat()
    };
    let content = [integer(r), integer(s)].concat();
    let length = match content.len() {
        short @ ..0x80 => vec![short as u8],
        long => vec![0x81, long as u8],
    };
    [&[0x30][..], &length, &content].concat()
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn ecdsa_signatures_of_key_management_services_are_in_der() {
    for algorithm in [Algorithm::ES256, Algorithm::ES384, Algorithm::ES512, Algorithm::ES256K] {
        let key = SigningKey::generate(algorithm).expect("a key");
        for index in 0..200 {
            let unsigned = UnsignedToken::new(&Header::new(algorithm), format!("{index}").as_bytes());
            let fixed = key.sign(unsigned.signing_input().as_bytes()).expect("a signature");
            let token = unsigned.with_der_signature(&der(&fixed)).expect("a token");
            assert!(jws::Verifier::new(key.verifying_key()).verify(&token).is_ok());
        }
        let unsigned = UnsignedToken::new(&Header::new(algorithm), b"");
        let refused = |signature: &[u8]| unsigned.clone().with_der_signature(signature).unwrap_err();
        for signature in [
            &b""[..],
            &[0x30, 0],
            &[0x30, 6, 2, 1, 1, 2, 1],
            &[0x30, 6, 2, 1, 0x80, 2, 1, 1],
            &[0x30, 6, 2, 1, 0, 2, 1, 1],
            &[0x30, 7, 2, 2, 0, 1, 2, 1, 1],
            &[0x30, 6, 2, 1, 1, 2, 1, 1, 0],
            &[0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1],
            &[&[0x30, 0x81, 0x8a, 2, 0x81, 0x84][..], &[1; 0x84], &[2, 1, 1]].concat(),
        ] {
            assert_eq!(refused(signature), SignError::SignatureDer { algorithm }, "{signature:?}");
        }
    }
    let algorithm = Algorithm::EdDSA;
    let error =
        UnsignedToken::new(&Header::new(algorithm), b"").with_der_signature(&der(&[1; 64])).unwrap_err();
    assert_eq!(error, SignError::SignatureDer { algorithm });
}

#[test]
fn headers_have_what_the_issuer_adds() {
    let header = Header::for_key(&key().with_key_id("k"))
        .with_typ("at+jwt")
        .with_content_type("example")
        .with("tenant", &json!({"id": 7}))
        .expect("a header")
        .with("x5t#S256", &base64url::encode([3; 32]))
        .expect("a header")
        .with("x5c", &["MII="])
        .expect("a header")
        .with("jku", &"https://keys.example")
        .expect("a header")
        .with("x5t", &base64url::encode([5; 20]))
        .expect("a header")
        .with("x5u", &"https://chain.example")
        .expect("a header")
        .with("jwk", &json!({"kty": "OKP", "crv": "Ed25519", "x": base64url::encode([9; 32])}))
        .expect("a header");
    let token = claims(account()).sign_with(&key(), &header).expect("a token");
    let verified = validator().typ("at+jwt").verify::<Account>(&token).expect("verified");
    let header = verified.header();
    assert_eq!(
        (header.typ(), header.content_type(), header.key_id()),
        (Some("at+jwt"), Ok(Some("example".into())), Some("k"))
    );
    assert_eq!(header.get::<Value>("tenant"), Ok(Some(json!({"id": 7}))));
    let mismatch = |path: &'static str, expected: &'static str| {
        Some(VerifyError::Deserialize { path: path.into(), expected: expected.into() })
    };
    assert_eq!(header.get::<String>("tenant").err(), mismatch("tenant", "a string"));
    assert_eq!(header.get::<BTreeMap<String, String>>("tenant").err(), mismatch("tenant.*", "a string"));
    assert_eq!(header.get::<Value>("absent"), Ok(None));
    assert_eq!(header.get::<Vec<u8>>("x5c").err(), mismatch("x5c[0]", "u8"));
    assert!(format!("{header:?}").contains(r#""tenant": "{\"id\":7}""#), "{header:?}");
    assert_eq!((header.x509_sha256(), header.x509_sha1()), (Ok(Some([3; 32])), Ok(Some([5; 20]))));
    assert_eq!(header.x509_chain(), Ok(Some(vec!["MII=".into()])));
    assert_eq!(header.x509_url(), Ok(Some("https://chain.example".into())));
    assert_eq!(header.jwk_set_url(), Ok(Some("https://keys.example".into())));
    let jwk = header.jwk().expect("a key");
    assert_eq!(jwk.as_ref().map(Jwk::key_type), Some(KeyType::Ec(Curve::Ed25519)));
    assert!(header.critical().is_empty());
    // It is written as it was read, even if something was added in between.
    let parts: Vec<_> = token.split('.').collect();
    assert_eq!(base64url::encode(header.to_json()), parts[0]);
    let bare = Header::new(Algorithm::HS256);
    assert!(bare.jwk().expect("none").is_none());
    assert_eq!((bare.x509_url(), bare.x509_sha1()), (Ok(None), Ok(None)));
    let changed = bare.with_content_type("a").with_content_type("\"");
    assert_eq!(changed.to_json(), r#"{"alg":"HS256","cty":"\""}"#);
    assert_eq!(Header::new(Algorithm::ES256).with_key_id("\"").to_json(), r#"{"alg":"ES256","kid":"\""}"#);
}

#[test]
fn headers_that_verifiers_would_reject_cannot_be_created() {
    let header = Header::new(Algorithm::HS256).with_typ("JWT").with("tenant", &7).expect("a header");
    for (name, value) in [
        ("alg", json!("none")),
        ("typ", json!("JWT")),
        ("tenant", json!(8)),
        ("crit", json!(["tenant"])),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("kid", json!(7)),
        ("x5t", json!("short")),
        ("x5c", json!([])),
        ("cty", json!(7)),
        ("jwk", json!({"kty": "oct", "k": "AQAB"})),
    ] {
        let error = header.with(name, &value).unwrap_err();
        assert_eq!(error, SignError::InvalidHeader { parameter: name.into() }, "{value}");
    }
    let no_json: BTreeMap<(u8, u8), u8> = BTreeMap::from([((0, 0), 0)]);
    assert_eq!(header.with("map", &no_json).unwrap_err(), SignError::Serialize);
}

#[test]
fn a_validator_is_shared_between_threads_and_shows_no_secret() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let validator = validator().check(|_| Ok(()));
    shared(&validator);
    let token = claims(account()).sign(&key()).expect("a token");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!(validator.verify::<Account>(&token).is_ok()));
        }
    });
    let text = format!("{validator:?} {:?}", key());
    assert!(text.contains("HS256") && text.contains("orders-api"), "{text}");
    assert!(!text.contains("7, 7"), "{text}");
}

#[test]
fn key_sources_are_keys_references_and_arcs() {
    let token = claims(account()).sign(&key()).expect("a token");
    let verifying = key().verifying_key();
    let (issuer, audience) = (Issuer::is("https://auth.example"), Audience::is("orders-api"));
    let by_reference = Validator::new(&verifying, issuer.clone(), audience.clone()).clock(NOW);
    assert!(by_reference.verify::<Account>(&token).is_ok());
    let shared: std::sync::Arc<dyn jotwell::KeySource> = std::sync::Arc::new(verifying.clone());
    assert!(Validator::new(shared, issuer, audience).clock(NOW).verify::<Account>(&token).is_ok());
}

/// An issuer should not learn only from verifiers that its header is too large.
#[test]
fn headers_have_no_more_values_than_verifiers_accept() {
    let number_of = |count: usize| {
        (1..count).try_fold(Header::new(Algorithm::HS256), |header, number| {
            header.with(&format!("x{number}"), &number)
        })
    };
    let most = MAX_HEADER_VALUES - 3;
    assert!(matches!(number_of(most + 1), Err(SignError::InvalidHeader { .. })));
    // Parameters that are added later, without being read again, still fit.
    let header = number_of(most).expect("a header").with_typ("JWT").with_content_type("x").with_key_id("k");
    let token = claims(account()).sign_with(&key(), &header).expect("a token");
    validator().verify::<Account>(&token).expect("verified");
}

/// RFC 7519 §4.1.3: a string for one audience, an array for several; both are read.
#[test]
fn a_type_with_audiences_writes_and_reads_one_and_several() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Meant {
        aud: Audiences,
    }
    let meant = |names: &[&str]| Meant { aud: Audiences(names.iter().map(|name| (*name).into()).collect()) };
    let validator =
        Validator::with_clock(key().verifying_key(), Issuer::unchecked(), Audience::is("orders-api"), NOW)
            .expiry(Expiry::IfPresent);
    for (names, written) in [
        (&["orders-api"][..], r#"{"aud":"orders-api"}"#),
        (&["billing-api", "orders-api"], r#"{"aud":["billing-api","orders-api"]}"#),
    ] {
        let token = Claims::new(meant(names)).sign(&key()).expect("a token");
        assert_eq!(payload_of(&token), written);
        let read = validator.verify::<Meant>(&token).expect("verified").into_inner();
        assert_eq!(read, meant(names));
        assert!(read.aud.contains("orders-api") && !read.aud.contains("orders"));
    }
    for wrong in [r#"{"aud":7}"#, r#"{"aud":[7]}"#, r#"{"aud":["a",null]}"#, r#"{"aud":{}}"#] {
        assert!(serde_json::from_str::<Meant>(wrong).is_err(), "{wrong}");
    }
    let refused = serde_json::from_str::<Meant>(r#"{"aud":7}"#).unwrap_err().to_string();
    assert!(refused.contains("a string or an array of strings"), "{refused}");
}
