//! A key as it was read, before it is bound to an algorithm.

use jotwell::{Algorithm, Jwk, JwkSet, KeyError, SigningKey, VerifyingKey};

use crate::args::Form;
use crate::failure::{self, Failure};
use crate::input::Text;

pub(crate) struct KeyText {
    text: Text,
    content: Content,
}

enum Content {
    Pem,
    Der,
    Jwk(Box<Jwk>),
}

impl KeyText {
    pub(crate) fn new(text: Text) -> Result<Self, Failure> {
        let content = match form_of(&text.bytes) {
            Form::Pem => Content::Pem,
            Form::Der => Content::Der,
            Form::Jwk => match Jwk::from_json(text.bytes.as_slice()) {
                Ok(jwk) => Content::Jwk(Box::new(jwk)),
                Err(error) => {
                    let failure = bad_key(&text.name, &error);
                    let is_set = JwkSet::from_json(text.bytes.as_slice(), &[]).is_ok();
                    return Err(if is_set {
                        failure.hint("it is a JWK Set: see --jwks of `jotwell verify`, and `jotwell jwks`")
                    } else {
                        failure
                    });
                }
            },
        };
        let key = Self { text, content };
        if key.is_private() {
            key.text.warn_if_others_may_read();
        }
        Ok(key)
    }

    pub(crate) fn form(&self) -> Form {
        match self.content {
            Content::Pem => Form::Pem,
            Content::Der => Form::Der,
            Content::Jwk(_) => Form::Jwk,
        }
    }

    pub(crate) fn jwk(&self) -> Option<&Jwk> {
        match &self.content {
            Content::Jwk(jwk) => Some(jwk),
            Content::Pem | Content::Der => None,
        }
    }

    /// Whether it is a private key or a secret.
    pub(crate) fn is_private(&self) -> bool {
        let bytes = self.text.bytes.as_slice();
        // Of a private key the library says so before it asks whether the algorithm fits.
        let says_no =
            |public: Result<VerifyingKey, KeyError>| matches!(public, Err(KeyError::NotPublic { .. }));
        match &self.content {
            Content::Jwk(jwk) => jwk.is_private(),
            Content::Pem => says_no(VerifyingKey::from_pem(Algorithm::ES256, bytes)),
            Content::Der => says_no(VerifyingKey::from_der(Algorithm::ES256, bytes)),
        }
    }

    /// The private key.
    pub(crate) fn signing(&self, algorithm: Algorithm) -> Result<SigningKey, Failure> {
        self.try_signing(algorithm).map_err(|error| self.refuse(&error))
    }

    /// The public key as it stands there, or the public half of a private one; of a secret, itself.
    pub(crate) fn verifying(&self, algorithm: Algorithm) -> Result<VerifyingKey, Failure> {
        self.try_verifying(algorithm).map_err(|error| self.refuse(&error))
    }

    /// The public key; a private one is refused.
    pub(crate) fn public(&self, algorithm: Algorithm) -> Result<VerifyingKey, Failure> {
        if self.is_private() {
            return Err(Failure::misuse(format!("{} holds a private key or a secret", self.text.name))
                .hint("take its public half first: jotwell key public"));
        }
        self.verifying(algorithm)
    }

    /// The algorithm that was asked for, or the one that the key says itself.
    pub(crate) fn algorithm(&self, asked: Option<Algorithm>) -> Result<Algorithm, Failure> {
        if let Some(algorithm) = asked {
            return Ok(algorithm);
        }
        let name = &self.text.name;
        if let Some(said) = self.jwk().and_then(Jwk::algorithm) {
            return said.parse().map_err(|_| {
                Failure::misuse(format!("{name} is for the algorithm {said:?}, which signs nothing here"))
            });
        }
        match self.fitting().as_slice() {
            [] => Err(self.refuse(&self.first_error())),
            fitting => Err(Failure::misuse(format!("{name} does not say its algorithm"))
                .hint(format!("choose one that fits it: --alg {}", failure::either(fitting)))),
        }
    }

    /// The algorithms that the key is good for.
    pub(crate) fn fitting(&self) -> Vec<Algorithm> {
        Algorithm::ALL.iter().copied().filter(|algorithm| self.try_verifying(*algorithm).is_ok()).collect()
    }

    /// What is wrong with a key that fits no algorithm: rather something about the key itself than that
    /// it is of the wrong kind for this one or that.
    pub(crate) fn first_error(&self) -> KeyError {
        let errors = Algorithm::ALL.iter().filter_map(|algorithm| self.try_verifying(*algorithm).err());
        let (of_kind, of_key): (Vec<_>, Vec<_>) =
            errors.partition(|error| matches!(error, KeyError::WrongKeyType { .. }));
        of_key.into_iter().chain(of_kind).next().unwrap_or(KeyError::InvalidPem)
    }

    pub(crate) fn refuse(&self, error: &KeyError) -> Failure {
        let failure = bad_key(&self.text.name, error);
        match error {
            KeyError::NotPrivate { .. } => failure.hint("signing takes the private key"),
            KeyError::UseNotAllowed { member: "alg" } => match self.jwk().and_then(Jwk::algorithm) {
                Some(said) => failure.hint(format!("it says {said:?}")),
                None => failure,
            },
            KeyError::WrongKeyType { .. } => match self.fitting().as_slice() {
                [] => failure,
                fitting => failure.hint(format!("the key fits {}", failure::either(fitting))),
            },
            KeyError::UnsupportedFormat { .. } if self.form() == Form::Der => failure
                .hint("PEM, DER and JWK are read")
                .hint("bytes that are a shared secret: jotwell key convert --raw-secret --to jwk --private"),
            _ => failure,
        }
    }

    fn try_signing(&self, algorithm: Algorithm) -> Result<SigningKey, KeyError> {
        let bytes = self.text.bytes.as_slice();
        match &self.content {
            Content::Pem => SigningKey::from_pem(algorithm, bytes),
            Content::Der => SigningKey::from_der(algorithm, bytes),
            Content::Jwk(jwk) => SigningKey::from_jwk(algorithm, jwk),
        }
    }

    fn try_verifying(&self, algorithm: Algorithm) -> Result<VerifyingKey, KeyError> {
        let bytes = self.text.bytes.as_slice();
        let public = match &self.content {
            Content::Pem => VerifyingKey::from_pem(algorithm, bytes),
            Content::Der => VerifyingKey::from_der(algorithm, bytes),
            // A secret of either purpose verifies; of a private key, the public half does.
            Content::Jwk(jwk) if algorithm.is_symmetric() || !jwk.is_private() => {
                return VerifyingKey::from_jwk(algorithm, jwk);
            }
            // Through the private key, which is checked to be one.
            Content::Jwk(_) => return self.try_signing(algorithm).map(|key| key.verifying_key()),
        };
        match public {
            Err(KeyError::NotPublic { .. }) => self.try_signing(algorithm).map(|key| key.verifying_key()),
            public => public,
        }
    }
}

pub(crate) fn bad_key(name: &str, error: &KeyError) -> Failure {
    Failure::misuse(format!("{name}: {}", failure::chain(error)))
}

/// Which form it is in, by its first character. What is neither text nor JSON is left to the reader of
/// DER, which says what it found.
fn form_of(bytes: &[u8]) -> Form {
    const BEGIN: &[u8] = b"-----BEGIN";
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if text.starts_with(b"{") {
        Form::Jwk
    } else if bytes.windows(BEGIN.len()).any(|window| window == BEGIN) {
        Form::Pem
    } else {
        Form::Der
    }
}
