//! JSON Web Key: RFC 7517, with the key types of RFC 7518 §6, RFC 8037 §2 and RFC 8812 §3.1.

mod certificate;
mod members;
mod parse;
mod serialize;
mod thumbprint;
mod write;

pub(crate) use serialize::from_map;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::algorithm::Algorithm;
use crate::error::KeyError;
use crate::key_type::{KeyFormat, KeyType};
use crate::numbers::Numbers;

/// A key as a JSON object. It is read strictly: no duplicate members, coordinates in full length, integers without
/// leading zeros, no padding.
///
/// Reading a JWK does not check that its numbers form a valid key, nor for which algorithm.
/// [`SigningKey::from_jwk`](crate::SigningKey::from_jwk) and [`VerifyingKey::from_jwk`](crate::VerifyingKey::from_jwk)
/// do that.
///
/// ```
/// use jotwell::{Algorithm, Jwk, VerifyingKey};
///
/// let jwk: Jwk = r#"{"kty":"OKP","crv":"Ed25519","kid":"2011",
///     "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#.parse()?;
/// let key = VerifyingKey::from_jwk(Algorithm::EdDSA, &jwk)?;
/// assert_eq!(key.key_id(), Some("2011"));
/// # Ok::<(), jotwell::KeyError>(())
/// ```
#[derive(Clone)]
pub struct Jwk {
    numbers: Numbers,
    parameters: CommonParameters,
}

/// What a JWK says about the use of its key, for every key type (RFC 7517 §4).
#[derive(Clone, Default)]
pub(crate) struct CommonParameters {
    pub(crate) algorithm: Option<String>,
    pub(crate) public_key_use: Option<String>,
    pub(crate) key_ops: Option<Vec<String>>,
    pub(crate) key_id: Option<String>,
    /// The SHA-1 digest of the key's certificate, `x5t`.
    pub(crate) certificate_sha1: Option<[u8; 20]>,
    /// The SHA-256 digest of the key's certificate: of the one in `x5c`, or the value of `x5t#S256`.
    pub(crate) certificate_sha256: Option<[u8; 32]>,
}

impl CommonParameters {
    /// Checks that `alg`, `use` and `key_ops`, if present, allow one of the operations with `algorithm` (RFC 7517 §4.2
    /// to §4.4).
    pub(crate) fn allow(&self, algorithm: Algorithm, operations: &[&str]) -> Result<(), KeyError> {
        self.allow_use("sig", &[algorithm.name()], operations)
    }

    /// Checks the same for another use, with one of these algorithm names.
    pub(crate) fn allow_use(
        &self,
        public_key_use: &str,
        algorithms: &[&str],
        operations: &[&str],
    ) -> Result<(), KeyError> {
        let refused = |member| Err(KeyError::UseNotAllowed { member });
        if self.algorithm.as_deref().is_some_and(|name| !algorithms.contains(&name)) {
            return refused("alg");
        }
        if self.public_key_use.as_deref().is_some_and(|name| name != public_key_use) {
            return refused("use");
        }
        if self.key_ops.as_ref().is_some_and(|ops| !ops.iter().any(|name| operations.contains(&&**name))) {
            return refused("key_ops");
        }
        Ok(())
    }
}

impl Jwk {
    /// Reads a JWK from the bytes of its JSON text.
    ///
    /// # Errors
    /// [`KeyError::Json`], [`KeyError::MissingMember`], [`KeyError::InvalidMember`].
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        parse::jwk(json.as_ref())
    }

    /// Creates the JWK of a key for `algorithm`.
    pub(crate) fn of_key(numbers: Numbers, algorithm: Algorithm, key_id: Option<&str>) -> Self {
        Self::for_use(numbers, "sig", algorithm.name(), key_id)
    }

    /// Creates the JWK of a key without any member about its use.
    #[cfg(feature = "jwe")]
    pub(crate) fn bare(numbers: Numbers) -> Self {
        Self { numbers, parameters: CommonParameters::default() }
    }

    #[cfg(feature = "jwe")]
    pub(crate) fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// Creates the JWK of a key for that use and algorithm.
    pub(crate) fn for_use(
        numbers: Numbers,
        public_key_use: &str,
        algorithm: &str,
        key_id: Option<&str>,
    ) -> Self {
        Self {
            numbers,
            parameters: CommonParameters {
                algorithm: Some(algorithm.into()),
                public_key_use: Some(public_key_use.into()),
                key_id: key_id.map(Into::into),
                ..CommonParameters::default()
            },
        }
    }

    /// Returns the public half, with the same names and uses. Operations of the private half are replaced by their
    /// public counterparts, or removed if they have no counterpart (RFC 7517 §4.3).
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a shared secret, which has no public half.
    pub fn to_public(&self) -> Result<Self, KeyError> {
        if let Numbers::Secret(_) = self.numbers {
            return Err(KeyError::NotPublic { found: KeyFormat::Jwk });
        }
        let mut parameters = self.parameters.clone();
        if self.is_private() {
            parameters.key_ops = parameters.key_ops.as_deref().map(public_operations);
        }
        Ok(Self { numbers: self.numbers.public(), parameters })
    }

    /// Returns the value of `alg`, which may be an algorithm that this crate does not know.
    #[must_use]
    pub fn algorithm(&self) -> Option<&str> {
        self.parameters.algorithm.as_deref()
    }

    /// Returns the type of the key.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        self.numbers.key_type()
    }

    /// Returns the key's name, `kid`.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.parameters.key_id.as_deref()
    }

    /// Returns whether it contains a private key or a secret.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.numbers.is_private()
    }

    /// Returns the digests of its certificate, `x5t` and `x5t#S256`.
    pub(crate) fn certificate_digests(&self) -> (Option<[u8; 20]>, Option<[u8; 32]>) {
        (self.parameters.certificate_sha1, self.parameters.certificate_sha256)
    }

    /// Returns the same key, without its `use` if that is one of these. The `use` of a key for encryption is kept.
    pub(crate) fn accept_uses(mut self, uses: &[String]) -> Self {
        self.parameters.public_key_use.take_if(|found| *found != "enc" && uses.contains(found));
        self
    }

    pub(crate) fn into_parts(self) -> (Numbers, CommonParameters) {
        (self.numbers, self.parameters)
    }
}

/// Returns the public counterparts of these operations.
fn public_operations(operations: &[String]) -> Vec<String> {
    let mut public: Vec<String> = Vec::new();
    for operation in operations {
        let name = match operation.as_str() {
            "sign" | "verify" => "verify",
            "decrypt" | "encrypt" => "encrypt",
            "unwrapKey" | "wrapKey" => "wrapKey",
            _ => continue,
        };
        // RFC 7517 §4.3 forbids duplicates.
        if !public.iter().any(|known| known == name) {
            public.push(name.into());
        }
    }
    public
}

impl core::str::FromStr for Jwk {
    type Err = KeyError;

    fn from_str(json: &str) -> Result<Self, KeyError> {
        Self::from_json(json)
    }
}

impl fmt::Debug for Jwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwk")
            .field("key_type", &self.numbers.key_type())
            .field("key_id", &self.parameters.key_id)
            .finish_non_exhaustive()
    }
}
