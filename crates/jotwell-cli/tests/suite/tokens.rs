//! Tokens: signed, verified, rejected.

use jotwell::Algorithm;

use crate::common::{AUDIENCE, Desk, ISSUER, kept, kept_text};

#[test]
fn every_algorithm_from_a_new_key_to_a_verified_token() {
    for algorithm in Algorithm::ALL {
        let desk = Desk::new();
        desk.run(&["keygen", "--alg", algorithm.name(), "--kid", "a", "--out", "private.jwk"]).ends(0);
        desk.sign(&[]);
        if algorithm.is_symmetric() {
            std::fs::copy(desk.path("private.jwk"), desk.path("public.jwk")).expect("a copy");
        } else {
            desk.run(&["key", "public", "private.jwk", "--out", "public.jwk"]).ends(0);
            // A private key verifies with its public half.
            let args =
                ["verify", "token", "--key", "private.jwk", "--issuer", ISSUER, "--audience", AUDIENCE];
            desk.run(&args).ends(0);
        }
        let claims = desk.verify(&[]).ends(0).json();
        assert_eq!((&claims["iss"], &claims["sub"]), (&ISSUER.into(), &"user-42".into()), "{algorithm}");
        let (exp, iat) = (claims["exp"].as_i64(), claims["iat"].as_i64());
        assert_eq!(exp, iat.map(|iat| iat + 900), "fifteen minutes by default");
    }
}

#[test]
fn rejections_exit_with_1_and_give_the_reason_but_no_part_of_the_token() {
    let desk = Desk::with_token();
    let token = desk.read("token");
    let refused = |args: &[&str], said: &str| {
        let run = desk.verify(args).ends(1).says(said).says("refused: ");
        assert!(run.stdout.is_empty());
        for part in desk.read("token").trim_end().split('.').filter(|part| !part.is_empty()) {
            assert!(!run.stderr.contains(part), "{}", run.stderr);
        }
        assert!(!run.stderr.contains("user-42") && !run.stderr.contains(AUDIENCE), "{}", run.stderr);
    };
    refused(&["--at", "2100-01-01T00:00:00Z"], "it is 2100-01-01T00:00:00Z");
    refused(&["--at", "2100-01-01T00:00:00Z"], "the token expired at 20");
    refused(&["--at", "0"], "the token was issued at");
    refused(&["--subject", "user-43"], "another subject");
    refused(&["--typ", "at+jwt"], "\"typ\"");
    refused(&["--require", "jti"], "the claim \"jti\" is missing");
    refused(
        &["--max-age", "5m", "--dangerous-ignore-expiry", "--at", "2100-01-01T00:00:00Z"],
        "may be 300 s old",
    );

    let other = |issuer, audience, said: &str| {
        let args = ["verify", "token", "--key", "public.jwk", "--issuer", issuer, "--audience", audience];
        desk.run(&args).ends(1).says(said);
    };
    other("https://else.example", AUDIENCE, "expected \"https://else.example\"");
    other(ISSUER, "billing-api", "expected \"billing-api\"");

    let (input, signature) = token.trim_end().rsplit_once('.').expect("three parts");
    let changed = if signature.starts_with('A') { "B" } else { "A" };
    desk.write("token", format!("{input}.{changed}{}", &signature[1..]));
    refused(&[], "the signature is invalid");
    desk.write("token", format!("{input}.{signature}="));
    refused(&[], "signature");
    // `{"alg":"none"}`.
    desk.write("token", format!("eyJhbGciOiJub25lIn0.{}.", input.split('.').nth(1).expect("a payload")));
    refused(&[], "\"none\"");
    desk.write("token", "no token");
    desk.verify(&[]).ends(1).says("has 1 parts");
    desk.write("token", b"\xff");
    desk.verify(&[]).ends(1).says("UTF-8");
}

#[test]
fn an_rsa_key_does_not_verify_hs256() {
    let desk = Desk::new();
    desk.run(&["keygen", "--alg", "HS256", "--out", "private.jwk"]).ends(0);
    desk.sign(&[]);
    let key = kept("rsa2048.spki.pem");
    let verify = |alg| {
        desk.run(&[
            "verify",
            "token",
            "--key",
            &key,
            "--alg",
            alg,
            "--issuer",
            ISSUER,
            "--audience",
            AUDIENCE,
        ])
    };
    verify("RS256").ends(1).says("the token says HS256, the key is for RS256");
    verify("HS256").ends(2).says("the key fits RS256");
}

#[test]
fn the_options_set_the_policy() {
    let desk = Desk::with_token();
    for args in [
        &["--subject", "user-42"][..],
        &["--require", "sub", "--require", "exp", "--leeway", "30s", "--max-age", "1h", "--typ", "JWT"],
        &["--alg", "ES256"],
        &["--at", "2100-01-01T00:00:00Z", "--dangerous-ignore-expiry"],
    ] {
        desk.verify(args).ends(0);
    }
    let open =
        ["verify", "token", "--key", "public.jwk", "--dangerous-any-issuer", "--dangerous-any-audience"];
    desk.run(&open).ends(0);
    desk.sign(&["--no-expiry"]);
    desk.verify(&[]).ends(1).says("the claim \"exp\" is missing");
    desk.sign(&["--expires-in", "1h", "--not-before", "2100-01-01T00:00:00Z"]);
    desk.verify(&[]).ends(1).says("the token is valid from 2100-01-01T00:00:00Z");
    desk.sign(&["--aud", "billing-api", "--typ", "at+jwt", "--kid", "2026-11", "--jti", "7"]);
    let claims = desk.verify(&["--typ", "at+jwt", "--require", "jti"]).ends(0).json();
    assert_eq!(claims["aud"], serde_json::json!([AUDIENCE, "billing-api"]));
    desk.sign(&["--kid", "2026-12"]);
    desk.verify(&[]).ends(1).says("no key has the token's \"kid\"");
}

#[test]
fn claims_are_signed_and_printed_verbatim() {
    let desk = Desk::with_token();
    // Numbers beyond a double, order, and white space in an empty object.
    let claims = "{ \"z\": 12345678901234567890123, \"a\": [ { } ],\n\t\"b\": \"x y\" }\n";
    desk.write("claims", claims);
    desk.sign(&["--claims", "claims"]);
    let text = desk.verify(&[]).ends(0).text();
    assert!(
        text.contains("\"z\": 12345678901234567890123,\n  \"a\": [\n    {}\n  ],\n  \"b\": \"x y\"\n}"),
        "{text}"
    );
    let sign = |claims: &str, more: &[&str]| {
        let args = ["sign", "--key", "private.jwk", "--claims", "-"];
        desk.run_with(&[&args, more].concat(), claims.as_bytes(), &[])
    };
    sign(" { } ", &[]).ends(0);
    // A claim of the file overrides a default, but conflicts with an option.
    let token =
        sign(r#"{"exp":4102444800,"iat":1,"iss":"https://auth.example","aud":"orders-api"}"#, &[]).ends(0);
    desk.write("token", token.stdout);
    assert_eq!(desk.verify(&[]).ends(0).json()["exp"], 4_102_444_800_u64);
    sign(r#"{"exp":4102444800}"#, &["--expires-in", "1h"]).ends(2).says("twice");
    sign(r#"{"exp":4102444800}"#, &["--no-expiry"]).ends(2).says("drop one");
    sign(r#"{"sub":"a"}"#, &["--sub", "a"]).ends(2).says("twice");
    sign(r#"{"a":1,"\u0061":2}"#, &[]).ends(2).says("twice");
    sign(r#"{"exp":"soon"}"#, &[]).ends(2).says("\"exp\"");
    for claims in ["", "[]", "{\"a\":1", "7", "{\"a\":1}{}"] {
        sign(claims, &[]).ends(2).says("not one JSON object");
    }
}

#[test]
fn keys_and_tokens_are_read_from_standard_input_and_environment() {
    let desk = Desk::with_token();
    let (token, key) = (desk.read("token"), desk.read("public.jwk"));
    let policy = ["--issuer", ISSUER, "--audience", AUDIENCE];
    let verify = |args: &[&str], stdin: &str, env: &[(&str, &str)]| {
        desk.run_with(&[&["verify"], args, &policy].concat(), stdin.as_bytes(), env)
    };
    verify(&["-", "--key", "public.jwk"], &token, &[]).ends(0);
    verify(&["--key", "public.jwk"], &token, &[]).ends(0);
    verify(&["token", "--key", "-"], &key, &[]).ends(0);
    verify(&["--token-env", "TOKEN", "--key-env", "KEY"], "", &[("TOKEN", &token), ("KEY", &key)]).ends(0);
    verify(&["-", "--key", "-"], &key, &[]).ends(2).says("used twice");
    verify(&["--key", "public.jwk"], "\n", &[]).ends(2).says("holds no token");
    verify(&["--token-env", "TOKEN", "--key", "public.jwk"], "", &[]).ends(2).says("no environment variable");
    desk.run_with(&["sign", "--key", "-"], desk.read("private.jwk").as_bytes(), &[]).ends(0);
}

#[test]
fn a_token_is_not_accepted_on_the_command_line() {
    let desk = Desk::with_token();
    let token = desk.read("token");
    let token = token.trim_end();
    for args in [&["inspect", "--unverified", token][..], &["inspect", "--unverified", &token[..70]]] {
        let run = desk.run(args).ends(2).says("the shell's history").says("--token-env NAME");
        assert!(!run.stderr.contains(&token[..20]));
    }
    let args = ["verify", token, "--key", "public.jwk", "--issuer", ISSUER, "--audience", AUDIENCE];
    desk.run(&args).ends(2).says("the shell's history");
}

#[test]
fn misuse_exits_with_2() {
    let desk = Desk::with_token();
    for args in [
        &["verify", "token", "--key", "public.jwk", "--audience", AUDIENCE][..],
        &["verify", "token", "--key", "public.jwk", "--issuer", ISSUER],
        &["verify", "token", "--issuer", ISSUER, "--audience", AUDIENCE],
        &["verify", "token", "--key", "public.jwk", "--issuer", ISSUER, "--dangerous-any-issuer"],
        &["sign"],
        &["sign", "--key", "public.jwk"],
        &["sign", "--key", "private.jwk", "--alg", "ES384"],
        &["sign", "--key", "private.jwk", "--expires-in", "soon"],
        &["nonsense"],
    ] {
        desk.run(args).ends(2);
    }
    desk.verify(&["--leeway", "11m"]).ends(2).says("10m");
    desk.verify(&["--at", "tomorrow"]).ends(2).says("2026-11-23T02:13:14Z");
    desk.verify(&["--alg", "ES256", "--alg", "ES384"]).ends(2).says("one algorithm");
}

#[test]
fn explanations_go_to_standard_error_and_json_to_standard_output() {
    let desk = Desk::with_token();
    let run = desk.verify(&["--explain"]).ends(0).says("passed  audience");
    assert_eq!(run.json()["sub"], "user-42");
    let run = desk.verify(&["--explain", "--at", "2100-01-01T00:00:00Z"]).ends(1);
    let run =
        run.says("FAILED  expiry").says("(expected after 2100-01-01T00:00:00Z)").says("-       audience");
    assert!(!run.stderr.contains('\u{1b}'), "no colour where there is no terminal");

    let answer = desk.verify(&["--json"]).ends(0).json();
    assert_eq!((&answer["valid"], &answer["header"]["kid"]), (&true.into(), &"2026-11".into()));
    assert_eq!(answer["claims"]["aud"], AUDIENCE);
    let answer = desk.verify(&["--json", "--explain", "--at", "2100-01-01T00:00:00Z"]).ends(1).json();
    assert_eq!(answer["valid"], false);
    assert!(answer["reason"].as_str().is_some_and(|reason| reason.contains("expired")));
    let steps = answer["steps"].as_array().expect("steps");
    assert!(steps.iter().any(|step| step["check"] == "expiry" && step["outcome"] == "failed"));
}

#[test]
fn a_set_selects_by_name_among_the_accepted_algorithms() {
    let desk = Desk::with_token();
    desk.run(&["jwks", "merge", "public.jwk", &kept("rsa2048.spki.pem"), "--alg", "RS256", "--out", "set"])
        .ends(0);
    let verify = |more: &[&str]| {
        let args = ["verify", "token", "--jwks", "set", "--issuer", ISSUER, "--audience", AUDIENCE];
        desk.run(&[&args, more].concat())
    };
    verify(&[]).ends(2).says("RS256 or ES256");
    verify(&["--alg", "RS256", "--alg", "ES256"]).ends(0);
    verify(&["--alg", "RS256"]).ends(1).says("was skipped when the key set was read");
    verify(&["--alg", "EdDSA"]).ends(2).says("no key for EdDSA");
    assert!(desk.read("set").contains("2026-11"));
    assert!(kept_text("p256.jwk.json").contains("\"d\""));
}
