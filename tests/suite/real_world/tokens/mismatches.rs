//! Errors contain expected and found values that are neither secret nor personal.

use std::time::Duration;

use jotwell::{Algorithm, NoClaims, SigningKey, VerifyError};

use super::{payload, says, token, token_with_header, validator, verify};

fn error(payload: &str) -> VerifyError {
    verify::<NoClaims>(validator(), payload).unwrap_err()
}

#[test]
fn mismatches_say_expected_and_found() {
    let algorithm = SigningKey::hmac(Algorithm::HS512, [7; 64]).expect("a key");
    let other = jotwell::jws::sign(b"{}", &algorithm).expect("a token");
    says(&validator().verify::<NoClaims>(&other).unwrap_err(), &["HS512", "HS256"]);
    let at = |name: &str, value: i64| payload(&format!(r#",{name:?}:{value}"#));
    says(
        &error(&payload("").replace("auth.example", "other.example")),
        &["https://other.example", "https://auth.example"],
    );
    says(&error(&payload("").replace("orders-api", "billing-api")), &["billing-api", "orders-api"]);
    says(&error(&payload("").replace("1800000900", "1799990000")), &["1799990000", "1800000000"]);
    says(&error(&at("nbf", 1_800_009_000)), &["1800009000", "1800000000"]);
    says(&error(&at("iat", 1_800_009_000)), &["1800009000", "1800000000"]);
    let aged = validator().max_age(Duration::from_secs(600));
    let error = verify::<NoClaims>(aged, &at("iat", 1_799_990_000)).unwrap_err();
    says(&error, &["1799990000", "600", "1800000000"]);
    let typ = token_with_header(r#"{"alg":"HS256","typ":"at+jwt"}"#);
    says(&validator().verify::<NoClaims>(&typ).unwrap_err(), &["at+jwt", "JWT"]);
}

/// A sender's text is cut, and cannot write lines of a log.
#[test]
fn what_was_found_is_escaped_and_cut() {
    let long = "a\\n\\u001b[31m".to_owned() + &"é".repeat(500);
    let texts = [
        error(&payload("").replace("https://auth.example", &long)),
        error(&payload("").replace("orders-api", &long)),
        validator()
            .verify::<NoClaims>(&token_with_header(&format!(r#"{{"alg":"HS256","typ":"{long}"}}"#)))
            .unwrap_err(),
    ];
    for error in texts {
        let text = error.to_string();
        assert!(text.contains("a\\n\\u{1b}[31m") && !text.contains(char::is_control), "{text}");
        let shown = text.matches('é').count();
        assert!((100..128).contains(&shown) && text.contains('…'), "{shown}: {text}");
    }
    let many = format!("[{}\"z\"]", r#""billing-api","#.repeat(400));
    let text = error(&payload("").replace(r#""orders-api""#, &many)).to_string();
    assert!(text.len() < 300, "{text}");
}

#[test]
fn subjects_and_custom_claims_are_never_in_an_error() {
    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "read into, never from")]
    struct Typed {
        tenant: u64,
    }
    let text = payload(r#","sub":"ada@person.example","tenant":"secret-tenant""#);
    let errors = [
        verify::<NoClaims>(validator().subject("bob@person.example"), &text).unwrap_err(),
        verify::<NoClaims>(validator().require("roles"), &text).unwrap_err(),
        verify::<Typed>(validator(), &text).map(drop).unwrap_err(),
        verify::<NoClaims>(
            validator(),
            &text.replace(r#""ada@person.example""#, r#"["ada@person.example"]"#),
        )
        .unwrap_err(),
    ];
    let token = token(&text);
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts")
    };
    for error in errors {
        let text = format!("{error} {error:?}");
        for secret in ["ada", "bob", "person.example", "secret-tenant", header, payload, signature] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}
