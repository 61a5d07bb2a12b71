//! Keys in unsupported formats, or for algorithms that JWS does not have. The error names each, with the command that
//! converts it.

use jotwell::{Algorithm, KeyError, KeyFormat, KeyType, SigningKey, UnboundKey, VerifyingKey};

use super::{bytes, key, says, text};

fn unsupported(read: Result<UnboundKey, KeyError>, found: KeyFormat, remedy: &[&str]) {
    let error = read.unwrap_err();
    assert_eq!(error, KeyError::UnsupportedFormat { found });
    says(&error, remedy);
    says(&error, &[&found.to_string()]);
}

#[test]
fn openssh_keys_are_named() {
    let convert = ["ssh-keygen -p -m PKCS8", "Ed25519"];
    unsupported(UnboundKey::from_pem(key("ssh-ed25519.openssh.pem")), KeyFormat::OpenSsh, &convert);
    for public in [
        key("ssh-ed25519.openssh-public.txt"),
        text("real-world/rsa2048.openssh-public.txt"),
        text("real-world/rsa2048.ssh2-public.txt"),
    ] {
        unsupported(UnboundKey::from_pem(public), KeyFormat::OpenSshPublic, &["ssh-keygen -e -m PKCS8"]);
    }
    let putty = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n";
    unsupported(UnboundKey::from_pem(putty), KeyFormat::Putty, &["PuTTYgen"]);
}

#[test]
fn encrypted_keys_are_named() {
    for name in ["rsa2048.pkcs1-encrypted.pem", "p256.sec1-encrypted.pem"] {
        let convert = ["openssl pkey -in KEY", "openssl pkcs8 -topk8"];
        unsupported(UnboundKey::from_pem(key(name)), KeyFormat::EncryptedTraditional, &convert);
    }
    for read in [
        UnboundKey::from_pem(key("rsa2048.pkcs8-encrypted.pem")),
        UnboundKey::from_der(bytes("interop/keys/rsa2048.pkcs8-encrypted.der")),
    ] {
        unsupported(read, KeyFormat::Encrypted, &["`from_encrypted_pem`", "`encrypted-pem`", "openssl pkey"]);
    }
}

#[test]
fn containers_requests_and_lists_are_named() {
    let file = |name: &str| bytes(&format!("real-world/{name}"));
    let pem = |name: &str| UnboundKey::from_pem(file(name));
    let der = |name: &str| UnboundKey::from_der(file(name));
    unsupported(der("p256.p12"), KeyFormat::Pkcs12, &["openssl pkcs12"]);
    unsupported(pem("p256.pkcs7.pem"), KeyFormat::Pkcs7, &["openssl pkcs7"]);
    unsupported(der("p256.pkcs7.der"), KeyFormat::Pkcs7, &["openssl pkcs7"]);
    unsupported(
        UnboundKey::from_pem(key("rsa2048.csr.pem")),
        KeyFormat::CertificateRequest,
        &["openssl req"],
    );
    unsupported(der("p256.csr.der"), KeyFormat::CertificateRequest, &["openssl req"]);
    unsupported(pem("p256.crl.pem"), KeyFormat::RevocationList, &["certificate"]);
    unsupported(der("p256.crl.der"), KeyFormat::RevocationList, &["certificate"]);
    let pgp = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n";
    unsupported(UnboundKey::from_pem(pgp), KeyFormat::Pgp, &["openssl genpkey"]);
    let parameters = key("p256.ecparam-genkey.pem");
    let parameters = parameters.split_inclusive("END EC PARAMETERS-----").next().expect("a block");
    unsupported(UnboundKey::from_pem(parameters), KeyFormat::Parameters, &["BEGIN … KEY"]);
}

#[test]
fn dsa_keys_are_named() {
    let another = ["openssl genpkey -algorithm ed25519"];
    unsupported(UnboundKey::from_pem(key("dsa2048.traditional.pem")), KeyFormat::DsaTraditional, &another);
    unsupported(UnboundKey::from_pem(key("dsa2048.params.pem")), KeyFormat::Parameters, &["no key"]);
    let error = SigningKey::from_pem(Algorithm::RS256, key("dsa2048.pkcs8.pem")).unwrap_err();
    let (algorithm, format) = (Algorithm::RS256, KeyFormat::Pkcs8);
    assert_eq!(error, KeyError::WrongKeyType { algorithm, found: KeyType::Dsa, format });
    says(&error, &["a DSA key", "make another key"]);
}

#[test]
fn explicit_curve_parameters_are_named() {
    let algorithm = Algorithm::ES256;
    for name in ["p256.sec1-explicit.pem", "p256.pkcs8-explicit.pem"] {
        let error = SigningKey::from_pem(algorithm, key(name)).unwrap_err();
        assert!(
            matches!(error, KeyError::WrongKeyType { found: KeyType::EcExplicit, .. }),
            "{name}: {error:?}"
        );
        says(&error, &["-ec_param_enc named_curve"]);
    }
    let error = VerifyingKey::from_pem(algorithm, key("p256.spki-explicit.pem")).unwrap_err();
    assert!(matches!(error, KeyError::WrongKeyType { found: KeyType::EcExplicit, .. }), "{error:?}");
    says(&error, &["-ec_param_enc named_curve", "-pubin"]);
}

#[test]
fn a_label_of_another_format_is_named() {
    for (name, label, wrong, found) in [
        ("rsa2048.pkcs8.pem", "PRIVATE KEY", "RSA PRIVATE KEY", KeyFormat::Pkcs8),
        ("rsa2048.pkcs1.pem", "RSA PRIVATE KEY", "PRIVATE KEY", KeyFormat::Pkcs1Private),
        ("rsa2048.spki.pem", "PUBLIC KEY", "RSA PUBLIC KEY", KeyFormat::Spki),
        ("rsa2048.pkcs1-public.pem", "RSA PUBLIC KEY", "PUBLIC KEY", KeyFormat::Pkcs1Public),
        ("p256.sec1.pem", "EC PRIVATE KEY", "PRIVATE KEY", KeyFormat::Sec1),
        ("rsa2048.cert.pem", "CERTIFICATE", "PUBLIC KEY", KeyFormat::Certificate),
        ("rsa2048.pkcs8-encrypted.pem", "ENCRYPTED PRIVATE KEY", "PRIVATE KEY", KeyFormat::Encrypted),
    ] {
        let text = key(name).replace(&format!("{label}-----"), &format!("{wrong}-----"));
        let error = UnboundKey::from_pem(text).unwrap_err();
        assert!(
            matches!(error, KeyError::WrongPemLabel { found: other, .. } if other == found),
            "{name}: {error:?}"
        );
        says(&error, &[&format!("`{label}`"), "both `BEGIN` and `END`"]);
    }
}

#[test]
fn a_key_for_other_algorithms_is_named_with_them() {
    let algorithm = Algorithm::ES256;
    for (name, fitting) in [
        ("p384.pkcs8.pem", "ES384"),
        ("ed25519.pkcs8.pem", "EdDSA, Ed25519"),
        ("rsa2048.pkcs8.pem", "RS256, RS384, RS512, PS256, PS384, PS512"),
        ("rsapss2048.pkcs8.pem", "PS256, PS384, PS512"),
        ("x25519.pkcs8.pem", "make another key"),
    ] {
        says(&SigningKey::from_pem(algorithm, key(name)).unwrap_err(), &[fitting]);
    }
}

#[test]
fn a_private_key_instead_of_a_public_one_is_named_and_vice_versa() {
    let error = VerifyingKey::from_pem(Algorithm::ES256, key("p256.pkcs8.pem")).unwrap_err();
    says(&error, &["`SigningKey::verifying_key`", "openssl pkey -in KEY -pubout"]);
    let error = SigningKey::from_pem(Algorithm::ES256, key("p256.cert.pem")).unwrap_err();
    says(&error, &["private half", "X.509 certificate"]);
}
