//! Header parameters that are not used, in unexpected forms, and those that verification uses.

use jotwell::{Header, NoClaims, UnverifiedToken, VerifyError, jws};

use super::{key, token_with_header, validator};

/// Malformed values with their names. The first is what one identity server wrote for years: base64url of the
/// hexadecimal digest.
const MALFORMED: [(&str, &str); 10] = [
    ("x5t", r#""NWY4MGFhZTk5YjA2ZmE0NmNjZDEyY2E2N2I2YzBkYjk1ZDQ4YWYzNg""#),
    ("x5t", "7"),
    ("x5t#S256", r#""too short""#),
    ("x5c", r#""MIIB""#),
    ("x5c", "[]"),
    ("jwk", "null"),
    ("jwk", r#"{"kty":"oct","k":"AAAA"}"#),
    ("jku", "[7]"),
    ("x5u", r#"{"url":"https://auth.example"}"#),
    ("cty", "false"),
];

fn read(header: &Header, parameter: &str) -> Result<(), VerifyError> {
    match parameter {
        "x5t" => header.x509_sha1().map(drop),
        "x5t#S256" => header.x509_sha256().map(drop),
        "x5c" => header.x509_chain().map(drop),
        "x5u" => header.x509_url().map(drop),
        "jwk" => header.jwk().map(drop),
        "jku" => header.jwk_set_url().map(drop),
        "cty" => header.content_type().map(drop),
        _ => unreachable!("listed above"),
    }
}

#[test]
fn a_malformed_parameter_that_is_not_used_fails_when_it_is_read() {
    for (parameter, value) in MALFORMED {
        let token = token_with_header(&format!(r#"{{"alg":"HS256",{parameter:?}:{value}}}"#));
        let verified = validator().verify::<NoClaims>(&token).expect(parameter);
        let unverified = UnverifiedToken::parse(&token).expect(parameter);
        for header in [verified.header(), unverified.header()] {
            assert_eq!(read(header, parameter), Err(VerifyError::InvalidHeader { parameter }), "{value}");
            // The others are simply absent, and the text is available to code that knows its meaning.
            let others = MALFORMED.iter().filter(|(other, _)| *other != parameter);
            assert!(others.clone().all(|(other, _)| read(header, other).is_ok()));
            let raw = header.get::<serde_json::Value>(parameter).expect("a value");
            assert_eq!(raw, serde_json::from_str(value).ok());
        }
    }
}

/// A JWS in JSON may have them in either header.
#[test]
fn the_same_applies_to_a_jws_in_json() {
    let verifier = jws::Verifier::new(key().verifying_key());
    for (parameter, value) in MALFORMED {
        let protected = format!(r#"{{"alg":"HS256",{parameter:?}:{value}}}"#);
        let token = token_with_header(&protected);
        let [protected, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!("three parts")
        };
        let json =
            format!(r#"{{"payload":"{payload}","protected":"{protected}","signature":"{signature}"}}"#);
        let jws = jws::JsonJws::parse(&json).expect("a JWS");
        assert!(verifier.verify_any(&jws).is_ok(), "{parameter}: {value}");

        let token = token_with_header(r#"{"alg":"HS256"}"#);
        let [protected, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!("three parts")
        };
        let json = format!(
            r#"{{"payload":"{payload}","protected":"{protected}","header":{{{parameter:?}:{value}}},"signature":"{signature}"}}"#
        );
        let jws = jws::JsonJws::parse(&json).expect("a JWS");
        assert!(verifier.verify_any(&jws).is_ok(), "{parameter}: {value}");
    }
}

#[test]
fn parameters_that_verification_uses_are_strict() {
    let invalid = |parameter| VerifyError::InvalidHeader { parameter };
    let many = format!(r#"{{"alg":"HS256","x5c":[{}"A"]}}"#, r#""A","#.repeat(70));
    for (header, error) in [
        (r#"{"alg":256}"#, invalid("alg")),
        (r#"{"alg":"HS256","kid":7}"#, invalid("kid")),
        (r#"{"alg":"HS256","kid":null}"#, invalid("kid")),
        (r#"{"alg":"HS256","typ":["JWT"]}"#, invalid("typ")),
        (r#"{"alg":"HS256","b64":false}"#, invalid("b64")),
        (r#"{"alg":"HS256","crit":[]}"#, VerifyError::InvalidCrit),
        (r#"{"alg":"HS256","crit":["x5t"],"x5t":"A"}"#, VerifyError::InvalidCrit),
        (r#"{"alg":"HS256","crit":["exp"],"exp":7}"#, VerifyError::UnsupportedCrit),
    ] {
        assert_eq!(
            validator().verify::<NoClaims>(&token_with_header(header)).unwrap_err(),
            error,
            "{header}"
        );
    }
    for header in [r#"{"alg":"HS256","x5t":"A","x5t":"B"}"#, r#"{"alg":"HS256","jwk":{"a":1,"a":2}}"#, &many]
    {
        let error = validator().verify::<NoClaims>(&token_with_header(header)).unwrap_err();
        assert!(matches!(error, VerifyError::Json { .. }), "{header}: {error}");
    }
}
