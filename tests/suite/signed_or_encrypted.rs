//! Distinguishing signed and encrypted tokens, with and without support for encrypted ones: RFC 7516 §9, RFC 7515 §4.

use jotwell::{
    Algorithm, Audience, Claims, Header, Issuer, SignError, SigningKey, Validator, VerifyError, base64url,
    jws,
};

fn key() -> SigningKey {
    SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key")
}

/// Returns a token that is signed with [`key`], with this header.
fn signed(header: &str, claims: &str) -> String {
    let input = [header, claims].map(base64url::encode).join(".");
    let signature = key().sign(input.as_bytes()).expect("a signature");
    format!("{input}.{}", base64url::encode(signature))
}

#[test]
fn three_segments_with_enc_are_rejected_by_name_although_the_signature_is_valid() {
    for header in [
        r#"{"alg":"HS256","enc":"A128GCM"}"#,
        r#"{"enc":null,"alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0065nc":1}"#,
        r#"{"alg":"dir","enc":"A128GCM"}"#,
        r#"{"alg":"RSA1_5","enc":"A128GCM"}"#,
    ] {
        let token = signed(header, "{}");
        let error = jws::Verifier::new(key().verifying_key()).verify(&token).expect_err(header);
        assert_eq!(error, VerifyError::UnexpectedEnc, "{header}");
        let validator = Validator::new(key().verifying_key(), Issuer::unchecked(), Audience::unchecked());
        assert_eq!(validator.verify::<Claims>(&token).expect_err(header), VerifyError::UnexpectedEnc);
        assert_eq!(validator.explain(&token).error(), Some(&VerifyError::UnexpectedEnc));
    }
    // The same in JSON, protected or not.
    let payload = base64url::encode("{}");
    let protected = base64url::encode(r#"{"alg":"HS256"}"#);
    let signature =
        base64url::encode(key().sign(format!("{protected}.{payload}").as_bytes()).expect("signed"));
    let verified = |header: &str| {
        let text = format!(
            r#"{{"payload":"{payload}","protected":"{protected}","header":{header},"signature":"{signature}"}}"#
        );
        let jws = jws::JsonJws::parse(&text).expect("a JWS");
        jws::Verifier::new(key().verifying_key()).verify_any(&jws).map(drop)
    };
    assert_eq!(verified(r#"{"x":1}"#), Ok(()));
    assert_eq!(verified(r#"{"enc":"A128GCM"}"#), Err(VerifyError::UnexpectedEnc));
}

#[test]
fn five_segments_are_not_a_signed_token_with_or_without_enc() {
    for header in [r#"{"alg":"HS256"}"#, r#"{"alg":"dir","enc":"A128GCM"}"#] {
        let token = format!("{}.AAAA.AAAA.AAAA.AAAA", base64url::encode(header));
        let error = jws::Verifier::new(key().verifying_key()).verify(&token).expect_err(header);
        assert_eq!(error, VerifyError::SegmentCount { found: 5 });
        let text = "the token has 5 parts; a signed token (JWS) has 3, an encrypted one (JWE) 5";
        assert!(error.to_string().starts_with(text), "{error}");
    }
}

#[test]
fn a_signed_token_cannot_be_issued_with_enc() {
    let header = Header::for_key(&key()).with("enc", &"A128GCM").map(drop);
    assert_eq!(header, Err(SignError::InvalidHeader { parameter: "enc".into() }));
}

/// RFC 7515 §4: an unknown parameter is ignored. `zip` is defined only for encrypted tokens.
#[test]
fn zip_in_a_signed_token_is_ignored() {
    let token = signed(r#"{"alg":"HS256","zip":"DEF"}"#, "{}");
    assert!(jws::Verifier::new(key().verifying_key()).verify(&token).is_ok());
}
