//! A key that was read, before it is bound to an algorithm.

use jotwell::jwe::{ContentEncryption, DecryptingKey, EncryptingKey, KeyManagement};
use jotwell::{Algorithm, KeyError, KeyType, SigningKey, UnboundKey, VerifyingKey};

use crate::content::Content;
use crate::failure::{self, Failure, bad_key};
use crate::format::{Format, SecretEncoding};
use crate::input::Text;
use crate::{eddsa, output};

/// A key, with the name of its file for messages.
pub(crate) struct KeyFile {
    name: String,
    format: Format,
    key: UnboundKey,
}

impl KeyFile {
    /// Reads a key in PEM, DER or JWK, or a shared secret in the given encoding.
    pub(crate) fn read(text: &Text, secret: Option<SecretEncoding>) -> Result<Self, Failure> {
        let bytes = text.bytes.as_slice();
        let format = Format::of(bytes);
        let key = match secret {
            Some(SecretEncoding::Raw) => UnboundKey::from_secret(bytes),
            Some(SecretEncoding::Base64) => UnboundKey::from_base64_secret(bytes),
            Some(SecretEncoding::Base64url) => UnboundKey::from_base64url_secret(bytes),
            None if format == Format::Jwk => UnboundKey::from_jwk(bytes),
            None if format == Format::Pem => UnboundKey::from_pem(bytes),
            None => UnboundKey::from_der(bytes),
        };
        let key = key.map_err(|error| match (Content::of(bytes), &error) {
            (Some(content), _) if secret.is_none() => content.misplaced(&text.name, "a key"),
            (_, KeyError::UnsupportedFormat { .. }) if format == Format::Der => bad_key(&text.name, &error)
                .hint(
                    "if it is a shared secret, specify its encoding: --secret-encoding raw, base64 or base64url",
                ),
            _ => bad_key(&text.name, &error),
        })?;
        if secret == Some(SecretEncoding::Raw) && bytes.ends_with(b"\n") {
            let name = &text.name;
            output::note(&format!(
                "warning: the secret in {name} ends with a line end, which counts as part of it"
            ));
            output::note("  without it: printf %s \"$(cat FILE)\" > NEW");
        }
        if key.is_private() {
            text.warn_if_others_may_read();
        }
        Ok(Self { name: text.name.clone(), format, key })
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    pub(crate) fn key(&self) -> &UnboundKey {
        &self.key
    }

    /// Returns the private key.
    pub(crate) fn signing(&self, algorithm: Algorithm) -> Result<SigningKey, Failure> {
        SigningKey::new(algorithm, &self.key).map_err(|error| self.refuse(&error))
    }

    /// Returns the public key, or the public half of a private one; for a secret, the secret itself.
    pub(crate) fn verifying(&self, algorithm: Algorithm) -> Result<VerifyingKey, Failure> {
        if self.key.is_private() && self.key.key_type() != KeyType::Secret {
            // Through the private key, so that it is checked.
            return self.signing(algorithm).map(|key| key.verifying_key());
        }
        VerifyingKey::new(algorithm, &self.key).map_err(|error| self.refuse(&error))
    }

    /// Returns the public key. A private one is rejected.
    pub(crate) fn public(&self, algorithm: Algorithm) -> Result<VerifyingKey, Failure> {
        if self.key.is_private() {
            return Err(Failure::misuse(format!("{} holds a private key or a secret", self.name))
                .hint("take its public half first: jotwell key public"));
        }
        self.verifying(algorithm)
    }

    /// Returns the algorithm in the option, or else the one that the key names, or the only one that it fits.
    pub(crate) fn algorithm(&self, asked: Option<Algorithm>) -> Result<Algorithm, Failure> {
        asked.map_or_else(|| self.algorithm_among(&[]), Ok)
    }

    /// Returns the algorithm that the key names, or else the only one that it fits, or of several the one on the list.
    pub(crate) fn algorithm_among(&self, list: &[Algorithm]) -> Result<Algorithm, Failure> {
        let name = &self.name;
        if let Some(named) = self.key.algorithm() {
            return named.parse().map_err(|_| {
                let failure = Failure::misuse(format!(
                    "{name} is for the algorithm {named:?}, which is not a signature algorithm"
                ));
                match self.named_key_management() {
                    Some(_) => failure.hint("it is a key for `jotwell encrypt` and `jotwell decrypt`"),
                    None => failure,
                }
            });
        }
        self.any_algorithm()?;
        one_of(&self.key.algorithms(), list, name)
    }

    /// Returns the first algorithm that the key fits.
    pub(crate) fn any_algorithm(&self) -> Result<Algorithm, Failure> {
        self.key.algorithms().first().copied().ok_or_else(|| self.refuse(&self.misfit()))
    }

    /// Returns why the key fits no algorithm, according to an algorithm for its type.
    fn misfit(&self) -> KeyError {
        let mut errors = Algorithm::ALL.iter().filter_map(|algorithm| self.key.check(*algorithm).err());
        errors
            .find(|error| !matches!(error, KeyError::WrongKeyType { .. }))
            .unwrap_or(KeyError::UnsupportedKeyType { found: self.key.key_type() })
    }

    /// Returns the key management algorithm in the option, the one that the key names, or the only one that it fits.
    pub(crate) fn key_management(&self, asked: Option<KeyManagement>) -> Result<KeyManagement, Failure> {
        if let Some(algorithm) = asked.or_else(|| self.named_key_management()) {
            return Ok(algorithm);
        }
        let name = &self.name;
        // A secret for `dir` may name its content encryption (RFC 7520 §5.6.1).
        match (self.key.key_management_algorithms().as_slice(), self.key.algorithm()) {
            ([only], _) => Ok(*only),
            ([], Some(named)) => Err(Failure::misuse(format!(
                "{name} is for the algorithm {named:?}, which is not a key management algorithm"
            ))),
            ([], None) => {
                let found = self.key.key_type();
                Err(Failure::misuse(format!("{name} fits no algorithm that encrypts: it is {found}")).hint(
                    "take an RSA key, one on P-256, P-384, P-521 or X25519, or a secret of 16, 24, 32, 48 or 64 bytes",
                ))
            }
            (fitting, _) => Err(Failure::misuse(format!("{name} does not say its algorithm"))
                .hint(format!("choose one that fits it: --alg {}", failure::either(fitting)))),
        }
    }

    /// Returns the key management algorithm that a JWK names.
    pub(crate) fn named_key_management(&self) -> Option<KeyManagement> {
        self.key.algorithm().and_then(KeyManagement::from_name)
    }

    /// Returns the key of a sender; the public half of a private key.
    pub(crate) fn encrypting(
        &self,
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
    ) -> Result<EncryptingKey, Failure> {
        if self.key.is_private() && self.key.key_type() != KeyType::Secret {
            // Through the private key, so that it is checked.
            return self.decrypting(algorithm, encryptions).map(|key| key.encrypting_key());
        }
        EncryptingKey::new(algorithm, encryptions, &self.key).map_err(|error| self.refuse(&error))
    }

    /// Returns the key of a recipient.
    pub(crate) fn decrypting(
        &self,
        algorithm: KeyManagement,
        encryptions: &[ContentEncryption],
    ) -> Result<DecryptingKey, Failure> {
        DecryptingKey::new(algorithm, encryptions, &self.key).map_err(|error| self.refuse(&error))
    }

    pub(crate) fn refuse(&self, error: &KeyError) -> Failure {
        let failure = bad_key(&self.name, error);
        match error {
            KeyError::NotPrivate { .. } => failure.hint("signing and decrypting take the private key"),
            KeyError::UseNotAllowed { member: "alg" } => {
                let named = self.key.algorithm().unwrap_or_default();
                let failure = failure.hint(format!("it says {named:?}"));
                match named.parse().ok().and_then(eddsa::other_name) {
                    Some(other) => failure.hint(eddsa::NAMES).hint(format!(
                        "give --alg {named}, or change the \"alg\" of the JWK to \"{other}\", or remove it"
                    )),
                    None => failure,
                }
            }
            KeyError::WrongKeyType { .. } => match self.key.algorithms().as_slice() {
                [] => failure,
                fitting => failure.hint(format!("the key fits {}", failure::either(fitting))),
            },
            KeyError::WrongEncryptionKeyType { .. } | KeyError::SecretLength { .. } => {
                match self.key.key_management_algorithms().as_slice() {
                    [] => failure,
                    fitting => failure.hint(format!("the key fits {}", failure::either(fitting))),
                }
            }
            _ => failure,
        }
    }
}

/// Returns the algorithm of a key that fits these: the only one, or of several the one on the list.
pub(crate) fn one_of(fitting: &[Algorithm], list: &[Algorithm], name: &str) -> Result<Algorithm, Failure> {
    let listed: Vec<_> = fitting.iter().filter(|algorithm| list.contains(algorithm)).copied().collect();
    match (fitting, listed.as_slice()) {
        ([only], _) | (_, [only]) => Ok(*only),
        (_, []) => Err(Failure::misuse(format!("{name} does not say its algorithm"))
            .hint(format!("choose one that fits it: --alg {}", failure::either(fitting)))),
        (_, several) => Err(Failure::misuse(format!("{name} fits {}", failure::either(several)))
            .hint("give --alg for only one of them")),
    }
}
