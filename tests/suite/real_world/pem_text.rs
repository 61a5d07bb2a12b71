//! PEM texts as they occur in environment variables, secret stores and clipboards.

use jotwell::error::PemError;
use jotwell::{Algorithm, KeyError, KeyFormat, SigningKey, UnboundKey, VerifyingKey};

use super::{base64, belong_together, bytes, key, says};

fn refused(text: impl AsRef<[u8]>) -> PemError {
    match UnboundKey::from_pem(text).unwrap_err() {
        KeyError::InvalidPem(error) => error,
        other => panic!("{other:?}"),
    }
}

fn body(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

#[test]
fn pem_with_literal_line_breaks_is_read() {
    let public = VerifyingKey::from_pem(Algorithm::ES256, key("p256.spki.pem")).expect("a key");
    let pem = key("p256.pkcs8.pem");
    for text in [
        pem.replace('\n', r"\n"),
        pem.replace('\n', r"\r\n"),
        // JSON within JSON, or within YAML.
        pem.replace('\n', r"\\n"),
        // A backslash at the end of each line, as in a Makefile.
        pem.replace('\n', "\\\n"),
        // `json_encode` of PHP.
        pem.replace('/', r"\/").replace('\n', r"\n"),
        format!("\"{}\"", pem.replace('\n', r"\n")),
        format!("'{}'\n", pem.trim_end()),
        format!("JWT_KEY=\"{}\"\n", pem.replace('\n', r"\n")),
        // The file of a service account.
        format!("{{\"type\":\"service_account\",\"private_key\":\"{}\"}}", pem.replace('\n', r"\n")),
        // Spaces instead of line breaks, as shells replace them.
        pem.replace('\n', " "),
        format!("\u{feff}{pem}"),
    ] {
        let private = SigningKey::from_pem(Algorithm::ES256, &text);
        let private = private.unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(belong_together(&private, &public), "{text}");
    }
}

/// Only text around the DER is tolerated: the content decides, and no changed symbol is ignored.
#[test]
fn literal_line_breaks_cannot_hide_another_key() {
    let pem = key("p256.spki.pem").replace('\n', r"\n");
    for escape in [r"\u002B", r"\x2b", r"\+", r"\t", r"\A", r"\ "] {
        let text = pem.replacen("MF", &format!("M{escape}F"), 1);
        assert_eq!(refused(&text), PemError::Escaped, "{text}");
    }
    // `
    // ` represents only a line break: its letter never becomes a symbol, and no symbol is dropped.
    let text = pem.replacen(r"\n", r"\nn", 1);
    assert_ne!(UnboundKey::from_pem(&text).map(drop), Ok(()), "{text}");
    let other =
        key("p256.spki.pem").replace("PUBLIC KEY-----\n", r"PUBLIC KEY-----\n-----BEGIN PUBLIC KEY-----\n");
    assert_eq!(refused(other), PemError::NoEnd);
    // Two keys stay two keys.
    let two = [key("p256.spki.pem"), key("p384.spki.pem")].concat().replace('\n', r"\n");
    let (first, second) = (KeyFormat::Spki, KeyFormat::Spki);
    assert_eq!(UnboundKey::from_pem(two).unwrap_err(), KeyError::MultipleKeys { first, second });
}

#[test]
fn empty_text_is_named() {
    for text in ["", " \n", "\t\r\n"] {
        assert_eq!(refused(text), PemError::Empty);
    }
    says(&PemError::Empty.into(), &["environment variable"]);
}

#[test]
fn a_file_name_instead_of_its_content_is_named() {
    for text in
        ["/etc/keys/private.pem", "./jwt", "keys\\jwt.KEY", "~/jwt", "file:///run/jwt", "\"public.crt\"\n"]
    {
        assert_eq!(refused(text), PemError::FileName, "{text}");
    }
    // A text of several lines or of great length is not a file name, whatever its end.
    for text in ["the key is\nin jwt.pem".to_owned(), format!("{}.pem", "x".repeat(1021))] {
        assert_eq!(refused(&text), PemError::NoBlock, "{text}");
    }
    says(&PemError::FileName.into(), &["read the file"]);
}

#[test]
fn utf_16_is_named() {
    let pem = key("p256.pkcs8.pem");
    let wide = |bytes: fn(u16) -> [u8; 2]| pem.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
    for text in [
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        [&[0xff, 0xfe][..], &wide(u16::to_le_bytes)].concat(),
        [&[0xfe, 0xff][..], &wide(u16::to_be_bytes)].concat(),
    ] {
        assert_eq!(refused(text), PemError::Utf16);
    }
    // It is recognized by its byte order mark, or by zero bytes if they hide PEM.
    assert_eq!(refused(b"\xff\xfek\0e\0y\0"), PemError::Utf16);
    assert_eq!(refused(b"\xfe\xff\0k\0e\0y"), PemError::Utf16);
    assert_eq!(refused(b"no key\0at all"), PemError::NoBlock);
    says(&PemError::Utf16.into(), &["UTF-8"]);
}

#[test]
fn base64_of_pem_is_named() {
    let encoded = base64(key("p256.pkcs8.pem"));
    for text in [encoded.clone(), format!("{encoded}\n"), format!("\"{encoded}\"")] {
        assert_eq!(refused(text), PemError::Base64OfPem);
    }
    says(&PemError::Base64OfPem.into(), &["decode it once"]);
}

#[test]
fn a_key_without_armor_is_named() {
    for (name, found) in [
        ("p256.pkcs8.pem", KeyFormat::Pkcs8),
        ("rsa2048.pkcs1.pem", KeyFormat::Pkcs1Private),
        ("p256.sec1.pem", KeyFormat::Sec1),
        ("rsa2048.spki.pem", KeyFormat::Spki),
        ("rsa2048.cert.pem", KeyFormat::Certificate),
    ] {
        let error = refused(body(&key(name)));
        assert_eq!(error, PemError::NoArmor { found }, "{name}");
        says(&error.into(), &["`from_der`", "-----BEGIN", &found.to_string()]);
    }
}

#[test]
fn damaged_armor_is_named() {
    let pem = key("p256.spki.pem");
    for text in [
        pem.replace("-----BEGIN", "----BEGIN"),
        pem.replace("-----", "\u{2014}"),
        pem.replace("-----", ""),
        pem.replace("-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY"),
        pem.replace("-----BEGIN PUBLIC KEY-----", "-----BEGINPUBLIC KEY-----"),
        pem.replace("-----END", "----END"),
    ] {
        assert_eq!(refused(&text), PemError::DamagedArmor, "{text}");
    }
    says(&PemError::DamagedArmor.into(), &["five hyphens"]);
    assert_eq!(refused(pem.replace("END PUBLIC", "END PRIVATE")), PemError::LabelsDiffer);
    says(&PemError::LabelsDiffer.into(), &["copy one block"]);
}

#[test]
fn truncated_pem_is_named() {
    let pem = key("rsa2048.pkcs8.pem");
    // The first line of several, as read by a parser of environment files that supports only one.
    for text in
        ["-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\\n", "\"-----BEGIN PRIVATE KEY-----\n"]
    {
        assert_eq!(refused(text), PemError::FirstLineOnly, "{text}");
    }
    says(&PemError::FirstLineOnly.into(), &["`\\n`", "quotes"]);
    assert_eq!(refused(&pem[..pem.len() / 2]), PemError::NoEnd);
    says(&PemError::NoEnd.into(), &["-----END", "whole file"]);
    // A block that ends before the next one begins.
    let text = format!("{}{}", &pem[..pem.len() / 2], key("p256.spki.pem"));
    assert_eq!(refused(text), PemError::NoEnd);
    // A line is missing in the middle, so the lines around it are intact, and so is each symbol.
    let without_a_line: String = pem
        .lines()
        .enumerate()
        .filter(|(number, _)| *number != 5)
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    let error = UnboundKey::from_pem(without_a_line).unwrap_err();
    let KeyError::DerLength { expected, found } = error else { panic!("{error:?}") };
    assert_eq!(expected - found, 48);
    says(&error, &["a piece is missing", "copy the file again"]);
    let error =
        UnboundKey::from_der([bytes("interop/keys/p256.spki.der"), vec![b'\n']].concat()).unwrap_err();
    assert_eq!(error, KeyError::DerLength { expected: 89, found: 90 });
    says(&error, &["something follows it"]);
}

#[test]
fn symbols_that_are_not_base64_are_named() {
    let pem = key("rsa2048.pkcs8.pem");
    let encoded = pem.replace('+', "%2B");
    assert_ne!(encoded, pem);
    for text in
        [encoded, pem.replace('+', "-"), pem.replacen("\nMII", "\n…\nMII", 1), pem.replacen('M', "*", 1)]
    {
        assert_eq!(refused(&text), PemError::InvalidSymbol, "{text}");
    }
    says(&PemError::InvalidSymbol.into(), &["URL encoding"]);
    // A form has decoded each `+` to a space, which cannot be distinguished from white space.
    let pluses = pem.matches('+').count();
    assert!(pluses > 0);
    let text = pem.replacen('+', " ", 1 + pluses % 4);
    let lost = UnboundKey::from_pem(&text).unwrap_err();
    assert!(
        matches!(lost, KeyError::InvalidPem(PemError::InvalidLength) | KeyError::DerLength { .. }),
        "{lost:?}"
    );
    assert_eq!(refused(pem.replacen('M', "", 1)), PemError::InvalidLength);
    says(&PemError::InvalidLength.into(), &["`+` into a space"]);
}

#[test]
fn text_that_is_not_a_key_is_named() {
    for text in ["changeme", "no key at all", "a secret of any kind, such as for HMAC"] {
        assert_eq!(refused(text), PemError::NoBlock, "{text}");
    }
    says(&PemError::NoBlock.into(), &["`from_der`", "`from_jwk`", "`hmac`"]);
}

#[test]
fn several_keys_in_one_text_are_named() {
    let pair = [key("p256.cert.pem"), key("p256.pkcs8.pem")].concat();
    let error = UnboundKey::from_pem(pair).unwrap_err();
    assert_eq!(error, KeyError::MultipleKeys { first: KeyFormat::Certificate, second: KeyFormat::Pkcs8 });
    says(&error, &["X.509 certificate", "PKCS#8 private key", "pass the block to use"]);
}

#[test]
fn an_encoding_for_another_reader_is_named() {
    let (pem, der, jwk) =
        (key("p256.spki.pem"), bytes("interop/keys/p256.spki.der"), key("p256.pub.jwk.json"));
    let set = format!("{{\"keys\":[{jwk}]}}");
    let metadata = r#"{"issuer":"https://auth.example","jwks_uri":"https://auth.example/keys"}"#;
    use KeyFormat::{Base64, Der, IssuerMetadata, Jwk, JwkSet, Pem, Spki};
    for (read, expected, found, remedy) in [
        (UnboundKey::from_pem(&der), Pem, Spki, "`from_der`"),
        (UnboundKey::from_pem(&jwk), Pem, Jwk, "`from_jwk`"),
        (UnboundKey::from_pem(&set), Pem, JwkSet, "`JwkSet::from_json`"),
        (UnboundKey::from_pem(metadata), Pem, IssuerMetadata, "`jwks_uri`"),
        (UnboundKey::from_der(&pem), Der, Pem, "`from_pem`"),
        (UnboundKey::from_der(&jwk), Der, Jwk, "`from_jwk`"),
        (UnboundKey::from_der(base64(&der)), Der, Base64, "decode it first"),
        (UnboundKey::from_jwk(&pem), Jwk, Pem, "`from_pem`"),
        (UnboundKey::from_jwk(&set), Jwk, JwkSet, "`JwkSet::from_json`"),
        (UnboundKey::from_jwk(metadata), Jwk, IssuerMetadata, "`jwks_uri`"),
    ] {
        let error = read.unwrap_err();
        assert_eq!(error, KeyError::UnexpectedFormat { expected, found });
        says(&error, &[remedy]);
    }
}
