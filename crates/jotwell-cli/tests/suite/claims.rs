//! Claims and the policy, with options in both spellings.

use serde_json::json;

use crate::common::Desk;

#[test]
fn options_have_the_names_of_both_commands() {
    let desk = Desk::with_token();
    let sign = ["sign", "--key", "private.jwk"];
    let token =
        desk.run(&[&sign[..], &["--issuer", "a", "--audience", "b", "--subject", "c"]].concat()).ends(0);
    desk.write("token", token.stdout);
    let verify = ["verify", "token", "--key", "public.jwk", "--iss", "a", "--aud", "b", "--sub", "c"];
    assert_eq!(desk.run(&verify).ends(0).json()["sub"], "c");
    desk.run(&["verify", "token", "--key", "public.jwk", "--iss", "a", "--aud", "c"]).ends(1);
}

#[test]
fn a_token_needs_one_of_the_given_audiences() {
    let desk = Desk::with_token();
    let verify = |more: &[&str]| {
        let args = ["verify", "token", "--key", "public.jwk", "--dangerous-any-issuer"];
        desk.run(&[&args[..], more].concat())
    };
    verify(&["--audience", "billing-api", "--audience", "orders-api"]).ends(0);
    verify(&["--audience", "billing-api", "--aud", "stock-api"])
        .ends(1)
        .says("with a further --aud")
        .says("expected \"billing-api\" or \"stock-api\"");
    verify(&["--audience", "orders-api", "--dangerous-any-audience"]).ends(2);
    verify(&[]).ends(2);
}

#[test]
fn a_claim_is_json_or_else_text() {
    let desk = Desk::with_token();
    desk.sign(&[
        "--claim",
        "role=admin",
        "--claim",
        "level=3",
        "--claim",
        "big=12345678901234567890123",
        "--claim",
        "zip=01234",
        "--claim",
        "roles=[\"a\", \"b\"]",
        "--claim",
        "on=true",
        "--claim",
        "text=\"3\"",
        "--claim",
        "empty=",
        "--claim",
        "equation=a=b",
        "--claim",
        "letter=p\u{430}y",
    ]);
    let run = desk.verify(&[]).ends(0);
    assert!(run.text().contains("\"big\": 12345678901234567890123"), "{}", run.text());
    let claims = run.json();
    for (name, value) in [
        ("role", json!("admin")),
        ("level", json!(3)),
        ("zip", json!("01234")),
        ("roles", json!(["a", "b"])),
        ("on", json!(true)),
        ("text", json!("3")),
        ("empty", json!("")),
        ("equation", json!("a=b")),
        ("letter", json!("p\u{430}y")),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    let sign = |more: &[&str]| desk.run(&[&["sign", "--key", "private.jwk"][..], more].concat());
    for broken in ["roles=[\"a\"", "o={", "s=\"a"] {
        sign(&["--claim", broken]).ends(2).says("the value is not JSON, and begins like it");
    }
    for nameless in ["role", "=a"] {
        sign(&["--claim", nameless]).ends(2).says("write NAME=VALUE");
    }
    sign(&["--claim", "a=1", "--claim", "a=2"]).ends(2).says("twice");
    sign(&["--claim", "iss=a", "--iss", "a"]).ends(2).says("twice");
    // Options override defaults, but not other claims.
    sign(&["--claim", "exp=4102444800"]).ends(0);
    sign(&["--claim", "exp=4102444800", "--expires-in", "1h"]).ends(2).says("twice");
    sign(&["--claim", "exp=4102444800", "--no-expiry"]).ends(2).says("drop one");
    sign(&["--claim", "exp=soon"]).ends(2).says("\"exp\"");
}

#[test]
fn claims_from_a_file_and_from_options_are_joined() {
    let desk = Desk::with_token();
    desk.write("claims", " { \"a\": { } , \"b\": 1 }\n");
    desk.sign(&["--claims", "claims", "--claim", "c=2"]);
    let claims = desk.verify(&[]).ends(0).json();
    assert_eq!((&claims["a"], &claims["b"], &claims["c"]), (&json!({}), &json!(1), &json!(2)));
    desk.write("empty", "{ }");
    desk.sign(&["--claims", "empty", "--claim", "c=2"]);
    assert_eq!(desk.verify(&[]).ends(0).json()["c"], 2);
    let both = ["sign", "--key", "private.jwk", "--claims", "claims", "--claim", "b=2"];
    desk.run(&both).ends(2).says("twice");
}

#[test]
#[cfg(unix)]
fn output_files_are_private_and_are_not_overwritten() {
    let desk = Desk::with_token();
    desk.run(&["keygen", "--alg", "A256KW", "--out", "key.jwk"]).ends(0);
    let commands: [&[&str]; 4] = [
        &["sign", "--key", "private.jwk", "--out", "signed"],
        &["jws", "sign", "public.jwk", "--key", "private.jwk", "--out", "jws"],
        &["encrypt", "public.jwk", "--key", "key.jwk", "--out", "encrypted"],
        &["decrypt", "encrypted", "--key", "key.jwk", "--out", "decrypted"],
    ];
    for command in commands {
        let out = command[command.len() - 1];
        assert!(desk.run(command).ends(0).stdout.is_empty());
        assert_eq!(crate::common::mode(&desk.path(out)), 0o600, "{out}");
        let before = desk.read(out);
        desk.run(command).ends(2).says("--force");
        assert_eq!(desk.read(out), before);
        desk.run(&[command, &["--force"]].concat()).ends(0);
    }
    assert!(desk.read("signed").ends_with('\n'));
    assert_eq!(desk.read("decrypted"), desk.read("public.jwk"));
    desk.run(&["jws", "verify", "jws", "--key", "public.jwk", "--out", "payload"]).ends(0);
    assert_eq!(
        (desk.read("payload"), crate::common::mode(&desk.path("payload"))),
        (desk.read("public.jwk"), 0o600)
    );
}

#[test]
fn a_ring_signs_for_at_most_its_token_lifetime() {
    let desk = Desk::new();
    let init = ["ring", "init", "ring.json", "--alg", "ES256", "--token-lifetime", "10m"];
    desk.run(&init).ends(0);
    desk.run(&["ring", "publish", "ring.json", "--out", "jwks.json"]).ends(0);
    let sign = |more: &[&str]| desk.run(&[&["sign", "--ring", "ring.json"][..], more].concat());
    let verify = |token: Vec<u8>| {
        // The set has one algorithm, so --alg is not needed.
        let args = ["verify", "--jwks", "jwks.json", "--dangerous-any-issuer", "--dangerous-any-audience"];
        desk.run_with(&args, &token, &[]).ends(0).json()
    };
    let claims = verify(sign(&[]).ends(0).stdout);
    assert_eq!(claims["exp"].as_i64(), claims["iat"].as_i64().map(|iat| iat + 600));
    verify(sign(&["--expires-in", "10m"]).ends(0).stdout);
    for longer in [
        &["--expires-in", "601s"][..],
        &["--no-expiry"],
        &["--claim", "exp=4102444800"],
        &["--claim", "exp=a"],
    ] {
        sign(longer).ends(2).says("tokens of this ring live for 600 s at most");
    }
    for both in [&["--key", "ring.json"][..], &["--alg", "ES256"], &["--secret-encoding", "raw"]] {
        sign(both).ends(2).says("cannot be used with");
    }
    let ring = desk.read("ring.json");
    desk.run_with(&["sign", "--ring", "-"], ring.as_bytes(), &[]).ends(0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(desk.path("ring.json"), PermissionsExt::from_mode(0o644)).expect("a mode");
        sign(&[]).ends(2).says("--allow-world-readable");
        sign(&["--allow-world-readable"]).ends(0);
    }
}
