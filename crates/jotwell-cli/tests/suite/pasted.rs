//! Tokens as they are copied from a header, a log or a mail.

use crate::common::{AUDIENCE, Desk, ISSUER};

#[test]
fn bearer_quotes_and_line_ends_are_removed_and_reported() {
    let desk = Desk::with_token();
    let token = desk.read("token").trim_end().to_owned();
    let verify = |pasted: &str| {
        let args = ["verify", "--key", "public.jwk", "--issuer", ISSUER, "--audience", AUDIENCE, "--explain"];
        desk.run_with(&args, pasted.as_bytes(), &[]).ends(0)
    };
    let wrapped = format!("{}\r\n{}\n{}", &token[..40], &token[40..90], &token[90..]);
    for (pasted, said) in [
        (format!("Bearer {token}\n"), "left out of the pasted token: Bearer\n"),
        (format!("bearer \"{token}\""), "Bearer, quotes\n"),
        (format!("'{token}'\n"), "quotes\n"),
        (wrapped, "line ends\n"),
    ] {
        assert_eq!(verify(&pasted).says(said).json()["sub"], "user-42");
        for args in [&["inspect", "--unverified", "--json"][..], &["jws", "verify", "--key", "public.jwk"]] {
            desk.run_with(args, pasted.as_bytes(), &[]).ends(0).says(said);
        }
    }
    // The line end of a file is not reported.
    assert!(!verify(&format!("{token}\n")).stderr.contains("left out"));
}

#[test]
fn an_encrypted_token_is_pasted_as_well() {
    let desk = Desk::new();
    desk.run(&["keygen", "--alg", "A256KW", "--out", "key.jwk"]).ends(0);
    let token = desk.run_with(&["encrypt", "--key", "key.jwk"], b"content", &[]).ends(0).text();
    let pasted = format!("Bearer '{}'\n", token.trim_end());
    let run = desk.run_with(&["decrypt", "--key", "key.jwk"], pasted.as_bytes(), &[]).ends(0);
    assert_eq!(run.says("Bearer, quotes").stdout, b"content");
}

#[test]
fn other_text_around_a_token_is_rejected() {
    let desk = Desk::with_token();
    let token = desk.read("token").trim_end().to_owned();
    for pasted in [
        format!("Authorization: Bearer {token}"),
        format!("Basic {token}"),
        format!("{token};"),
        format!("{token}="),
        token.replacen('.', " .", 1),
        format!("\"{token}'"),
    ] {
        desk.write("token", &pasted);
        desk.verify(&[]).ends(1).says("refused");
    }
    desk.write("token", format!("{token}\n{token}\n"));
    desk.verify(&[]).ends(2).says("token holds several tokens");
    desk.write("token", "Bearer \"\"\n");
    desk.verify(&[]).ends(2).says("token holds no token");
}

#[test]
fn a_pasted_token_is_not_an_argument() {
    let desk = Desk::with_token();
    let token = desk.read("token");
    let token = token.trim_end();
    for argument in [format!("Bearer {token}"), format!("\"{token}\"")] {
        let run = desk.run(&["inspect", "--unverified", &argument]).ends(2).says("--token-env NAME");
        assert!(!run.stderr.contains(&token[..20]));
    }
}

#[test]
fn the_longest_token_is_a_setting() {
    let desk = Desk::with_token();
    desk.sign(&["--claim", &format!("long={}", "a".repeat(20_000))]);
    let length = desk.read("token").trim_end().len();
    let hint = format!("accept it with --max-length {length}");
    desk.verify(&[]).ends(1).says(&hint);
    desk.verify(&["--max-length", &length.to_string()]).ends(0);
    desk.verify(&["--max-length", &(length - 1).to_string()]).ends(1).says(&hint);
    for wrong in ["0", "1048577", "-1", "16k"] {
        let argument = format!("--max-length={wrong}");
        desk.verify(&[&argument]).ends(2).says("from 1 to 1048576");
    }
    let jws = ["jws", "verify", "token", "--key", "public.jwk"];
    desk.run(&jws).ends(1).says(&hint);
    desk.run(&[&jws[..], &["--max-length", "65536"]].concat()).ends(0);
    let inspect =
        |more: &[&str]| desk.run(&[&["inspect", "--unverified", "token"][..], more].concat()).ends(0).text();
    assert!(inspect(&[]).contains("the limit is 16384"));
    assert!(!inspect(&["--max-length", "65536"]).contains("problem"));
}
