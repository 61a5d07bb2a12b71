//! A file in the wrong place is named by its kind.

use jotwell::Algorithm;

use crate::common::{AUDIENCE, Desk, ISSUER, kept};

#[test]
fn files_that_are_not_keys_sets_or_tokens_are_named() {
    let desk = Desk::with_token();
    let (pem, certificate, secret) = (kept("p256.spki.pem"), kept("p256.cert.pem"), kept("hs256.jwk.json"));
    desk.run(&["jwks", "merge", "public.jwk", "--out", "set"]).ends(0);
    desk.run(&["ring", "init", "ring", "--alg", "ES256"]).ends(0);
    desk.run(&["jws", "sign", "set", "--key", "private.jwk", "--json", "--out", "jws"]).ends(0);
    desk.run(&["keygen", "--alg", "A256KW", "--out", "kw.jwk"]).ends(0);
    desk.run(&["encrypt", "token", "--key", "kw.jwk", "--out", "jwe"]).ends(0);
    desk.write(
        "metadata",
        r#"{"issuer":"https://auth.example","jwks_uri":"https://auth.example/jwks.json"}"#,
    );
    desk.write("pasted", format!("Bearer {}", desk.read("token")));
    let policy = ["--issuer", ISSUER, "--audience", AUDIENCE];
    let verify = |args: &[&str]| desk.run(&[&["verify"][..], args, &policy].concat()).ends(2);

    for (file, is, place) in [
        ("set", "a JWK Set", "with --jwks"),
        ("ring", "a key ring", "with --ring"),
        ("token", "a token", "argument of `jotwell verify`"),
        ("pasted", "a token", "argument of `jotwell verify`"),
        ("jwe", "an encrypted token", "jotwell decrypt"),
        ("jws", "a JWS in JSON", "jotwell jws verify"),
        ("metadata", "the metadata of an issuer", "\"jwks_uri\""),
    ] {
        let said = format!("{file} is {is}, and a key is needed");
        verify(&["token", "--key", file]).says(&said).says(place);
        desk.run(&["sign", "--key", file]).ends(2).says(&said).says(place);
        desk.run(&["key", "public", file]).ends(2).says(&said).says(place);
    }
    for (file, is, place) in [
        ("public.jwk", "a public key", "with --key"),
        ("private.jwk", "a private key", "with --key"),
        (&pem, "a public key", "jotwell jwks merge"),
        (&certificate, "a certificate", "with --key"),
        (&secret, "a shared secret", "with --key"),
        ("ring", "a key ring", "jotwell ring publish"),
        ("token", "a token", "argument of"),
    ] {
        let said = format!("{file} is {is}, and a JWK Set is needed");
        verify(&["token", "--jwks", file]).says(&said).says(place);
        desk.run(&["jwks", "list", file]).ends(2).says(&said);
        desk.run(&["jwks", "check", file, "--alg", "ES256"]).ends(2).says(&said);
    }
    for (file, is) in
        [("public.jwk", "a public key"), ("set", "a JWK Set"), ("ring", "a key ring"), (&pem, "a public key")]
    {
        let said = format!("{file} is {is}, and a token is needed");
        verify(&[file, "--key", "public.jwk"]).says(&said);
        desk.run(&["inspect", "--unverified", file]).ends(2).says(&said);
        desk.run(&["decrypt", file, "--key", "kw.jwk"]).ends(2).says(&said);
        desk.run(&["jws", "verify", file, "--key", "public.jwk"]).ends(2).says(&said);
    }
    for (file, is) in [("private.jwk", "a private key"), ("set", "a JWK Set"), ("token", "a token")] {
        let said = format!("{file} is {is}, and a key ring is needed");
        for command in ["status", "publish", "rotate"] {
            desk.run(&["ring", command, file]).ends(2).says(&said).says("jotwell ring init");
        }
        desk.run(&["sign", "--ring", file]).ends(2).says(&said);
        let text = desk.read(file);
        let run = desk.run_with(&["ring", "status", "-"], text.as_bytes(), &[]).ends(2);
        run.says(&format!("standard input is {is}, and a key ring is needed"));
    }
    let said = "jws is a JWS in JSON, and a token is needed";
    verify(&["jws", "--key", "public.jwk"]).says(said).says("jotwell jws verify");
    desk.run(&["inspect", "--unverified", "jws"]).ends(2).says(said);
    // A text that only begins like JSON is a malformed token.
    desk.write("broken", "{");
    desk.run(&[&["verify", "broken", "--key", "public.jwk"][..], &policy].concat())
        .ends(1)
        .says("has 1 parts");
    let run = desk.run(&[&["verify", "jwe", "--key", "public.jwk"][..], &policy].concat()).ends(1);
    run.says("it is encrypted: jotwell decrypt");
}

#[test]
fn an_address_is_not_a_file() {
    let desk = Desk::with_token();
    let run = desk.run(&["key", "public", "https://auth.example/jwks.json"]).ends(2);
    run.says("cannot be read").says("an address is for --jwks");
    #[cfg(not(feature = "remote"))]
    {
        let args = [
            "verify",
            "token",
            "--jwks",
            "https://auth.example/jwks.json",
            "--iss",
            ISSUER,
            "--aud",
            AUDIENCE,
        ];
        desk.run(&args).ends(2).says("without the feature `remote`").says("--features remote").says("curl");
    }
}

#[test]
fn a_set_for_one_algorithm_needs_no_option() {
    let desk = Desk::with_token();
    let verify = |set: &str, more: &[&str]| {
        let args = ["verify", "token", "--jwks", set, "--issuer", ISSUER, "--audience", AUDIENCE];
        desk.run(&[&args[..], more].concat())
    };
    // A key on P-256 fits one algorithm, and one of RSA six.
    desk.run(&["jwks", "merge", "public.jwk", &kept("p256.spki.pem"), "--out", "one"]).ends(0);
    verify("one", &[]).ends(0);
    verify("one", &["--alg", "RS256"]).ends(2).says("no key for RS256").says("`jotwell jwks check`");
    desk.run(&["jwks", "merge", "one", &kept("rsa2048.spki.pem"), "--alg", "RS256", "--out", "two"]).ends(0);
    verify("two", &[]).ends(2).says("--alg once for each; keys in the set fit RS256 or ES256");
    desk.write("none", r#"{"keys":[]}"#);
    verify("none", &[]).ends(2).says("no key that verifies");
}

#[test]
fn keys_of_several_types_are_merged_at_once() {
    let desk = Desk::new();
    let files = ["p256", "rsa2048", "ed25519", "p384"].map(|name| kept(&format!("{name}.spki.pem")));
    let [ec, rsa, ed, other] = files.each_ref().map(String::as_str);
    let merge = |args: &[&str]| desk.run(&[&["jwks", "merge"][..], args].concat());
    let algorithms = |args: &[&str]| -> Vec<String> {
        let set = merge(args).ends(0).json();
        let keys = set["keys"].as_array().expect("keys");
        keys.iter().map(|key| key["alg"].as_str().expect("an algorithm").to_owned()).collect()
    };
    assert_eq!(algorithms(&[ec, other]), ["ES256", "ES384"]);
    assert_eq!(algorithms(&[ec, rsa, "--alg", "RS256"]), ["ES256", "RS256"]);
    let all = [ec, rsa, ed, other, "--alg", "PS256", "--alg", "Ed25519"];
    assert_eq!(algorithms(&all), ["ES256", "PS256", "Ed25519", "ES384"]);
    merge(&[ec, rsa]).ends(2).says("rsa2048.spki.pem does not say its algorithm").says("--alg RS256");
    merge(&[rsa, "--alg", "RS256", "--alg", "PS256"]).ends(2).says("fits RS256 or PS256");
    // An algorithm without a key is probably a mistake.
    merge(&[ec, "--alg", "RS256"]).ends(2).says("no key is for RS256, which --alg names");
}

#[test]
fn the_two_names_of_eddsa_are_distinguished() {
    const NAMES: &str = "EdDSA and Ed25519 are two names of one algorithm";
    for (named, other) in [(Algorithm::EdDSA, Algorithm::Ed25519), (Algorithm::Ed25519, Algorithm::EdDSA)] {
        let (named, other) = (named.name(), other.name());
        let desk = Desk::new();
        desk.run(&["keygen", "--alg", named, "--kid", "a", "--out", "private.jwk"]).ends(0);
        let run = desk.run(&["sign", "--key", "private.jwk", "--alg", other]).ends(2).says(NAMES);
        run.says(&format!(
            "give --alg {named}, or change the \"alg\" of the JWK to \"{other}\", or remove it"
        ));

        // The token has the other name.
        let alg = |name| format!("\"alg\":\"{name}\"");
        let text = desk.read("private.jwk").replace(&alg(named), &alg(other));
        desk.run_with(&["key", "public", "-", "--out", "public.jwk"], text.as_bytes(), &[]).ends(0);
        desk.sign(&[]);
        let remedy = format!(
            "give --alg {named}, and if the key's JWK says \"{other}\", change that to \"{named}\" or remove it"
        );
        desk.verify(&[]).ends(1).says(NAMES).says(&remedy);
        desk.run(&["jwks", "merge", "public.jwk", "--out", "set"]).ends(0);
        let verify = |more: &[&str]| {
            let args = ["verify", "token", "--jwks", "set", "--issuer", ISSUER, "--audience", AUDIENCE];
            desk.run(&[&args[..], more].concat())
        };
        verify(&[]).ends(1).says(NAMES).says(&remedy);
        verify(&["--alg", named]).ends(2).says(NAMES).says(&remedy);
        // The suggested remedy works.
        desk.write("set", desk.read("set").replace(&alg(other), &alg(named)));
        verify(&[]).ends(0);
        desk.write("public.jwk", desk.read("public.jwk").replace(&format!(",{}", alg(other)), ""));
        desk.verify(&["--alg", named]).ends(0);
    }
    // There is no such hint for another key.
    let desk = Desk::with_token();
    desk.run(&["keygen", "--alg", "EdDSA", "--out", "other.jwk"]).ends(0);
    let run =
        desk.run(&["verify", "token", "--key", "other.jwk", "--iss", ISSUER, "--aud", AUDIENCE]).ends(1);
    assert!(!run.stderr.contains(NAMES), "{}", run.stderr);
}
