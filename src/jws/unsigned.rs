//! A token without its signature: RFC 7515 §5.1.

use alloc::string::String;
use alloc::vec::Vec;

use crate::algorithm::Algorithm;
use crate::base64url;
use crate::der::{INTEGER, SEQUENCE, tlv};
use crate::error::SignError;
use crate::header::Header;
use crate::key::SigningKey;

/// A token that is ready to be signed, by a key in this process or elsewhere: in a key management service, a hardware
/// module, or on another machine.
///
/// ```
/// use jotwell::{Algorithm, Header, SigningKey, UnsignedToken, jws};
///
/// let key = SigningKey::generate(Algorithm::ES256)?; // somewhere else
///
/// let unsigned = UnsignedToken::new(&Header::new(Algorithm::ES256), b"any bytes");
/// let signature = key.sign(unsigned.signing_input().as_bytes())?;
/// let token = unsigned.with_signature(&signature)?;
/// assert!(jws::Verifier::new(key.verifying_key()).verify(&token).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct UnsignedToken {
    algorithm: Algorithm,
    /// `BASE64URL(header) "." BASE64URL(payload)`.
    signing_input: Vec<u8>,
    /// Whether the header has critical extensions, which no verifier of this crate supports in this form.
    critical: bool,
}

impl UnsignedToken {
    /// Creates a token with this header and payload.
    #[must_use]
    pub fn new(header: &Header, payload: &[u8]) -> Self {
        let critical = !header.critical().is_empty();
        Self { critical, ..Self::from_encoded(header.algorithm(), &header.encoded(), payload) }
    }

    /// Joins an encoded header, with that algorithm and without `crit`, and a payload.
    pub(crate) fn from_encoded(algorithm: Algorithm, header: &str, payload: &[u8]) -> Self {
        let signature = algorithm.signature_len().unwrap_or(256);
        let length = [header.len(), base64url::encoded_len(payload.len()), base64url::encoded_len(signature)];
        // The dots between the three parts.
        let mut signing_input = Vec::with_capacity(length.iter().sum::<usize>().saturating_add(2));
        signing_input.extend_from_slice(header.as_bytes());
        signing_input.push(b'.');
        base64url::append(payload, &mut signing_input);
        Self { algorithm, signing_input, critical: false }
    }

    /// Returns the bytes to be signed, as text. If a service expects a digest, as ECDSA and RSA allow, hash the bytes
    /// with [`Algorithm::hash`].
    #[must_use]
    pub fn signing_input(&self) -> &str {
        core::str::from_utf8(&self.signing_input).expect("base64url and dots are ASCII")
    }

    /// Returns the algorithm of the header.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Adds a signature that was made elsewhere, in the form of RFC 7518 §3: for ECDSA `r ‖ s`. The signature is not
    /// verified.
    ///
    /// # Errors
    /// [`SignError::SignatureLength`], and [`SignError::InvalidHeader`] if the header was taken from another token and
    /// has `crit`.
    pub fn with_signature(self, signature: &[u8]) -> Result<String, SignError> {
        const RSA_LENGTHS: core::ops::RangeInclusive<usize> =
            crate::algorithm::RSA_MIN_BITS / 8..=crate::algorithm::RSA_MAX_BITS / 8;
        let fits = match self.algorithm.signature_len() {
            Some(length) => signature.len() == length,
            None => RSA_LENGTHS.contains(&signature.len()),
        };
        if !fits {
            return Err(SignError::SignatureLength { algorithm: self.algorithm, found: signature.len() });
        }
        self.append(signature)
    }

    /// Adds an ECDSA signature in DER (`ECDSA-Sig-Value`, RFC 3279 §2.2.3), the format of OpenSSL and of most key
    /// management services. Otherwise like [`with_signature`](Self::with_signature).
    ///
    /// # Errors
    /// [`SignError::SignatureDer`].
    pub fn with_der_signature(self, signature: &[u8]) -> Result<String, SignError> {
        let invalid = SignError::SignatureDer { algorithm: self.algorithm };
        let signature = self
            .algorithm
            .curve()
            .filter(|_| self.algorithm.family() == crate::algorithm::Family::Ecdsa)
            .and_then(|curve| fixed_from_der(signature, curve.field_len()))
            .ok_or(invalid)?;
        self.with_signature(&signature)
    }

    /// Signs with a key of this crate.
    ///
    /// # Errors
    /// [`SignError::AlgorithmMismatch`] if the header names another algorithm than the key's,
    /// [`SignError::InvalidHeader`] if the header was taken from another token and has `crit`, and those of
    /// [`SigningKey::sign`].
    pub fn sign(self, key: &SigningKey) -> Result<String, SignError> {
        if key.algorithm() != self.algorithm {
            return Err(SignError::AlgorithmMismatch { key: key.algorithm(), header: self.algorithm });
        }
        let signature = key.sign_raw(&self.signing_input)?;
        self.append(signature.as_ref())
    }

    fn append(mut self, signature: &[u8]) -> Result<String, SignError> {
        if self.critical {
            return Err(SignError::InvalidHeader { parameter: "crit".into() });
        }
        self.signing_input.push(b'.');
        base64url::append(signature, &mut self.signing_input);
        Ok(String::from_utf8(self.signing_input).expect("base64url and dots are ASCII"))
    }
}

/// Signs a payload that is already encoded. Returns the encoded header and the encoded signature.
pub(super) fn sign_encoded(
    header: &Header,
    payload: &str,
    key: &SigningKey,
) -> Result<(String, String), SignError> {
    check_header(header, key)?;
    sign_parts(&header.encoded(), payload.as_bytes(), key)
}

/// Signs an unencoded payload, under a header with `b64: false` (RFC 7797 §3). Returns the encoded header and the
/// encoded signature.
pub(super) fn sign_unencoded(
    header: &Header,
    payload: impl AsRef<[u8]>,
    key: &SigningKey,
) -> Result<(String, String), SignError> {
    check_header(header, key)?;
    sign_parts(&header.with_unencoded_payload().encoded(), payload.as_ref(), key)
}

fn check_header(header: &Header, key: &SigningKey) -> Result<(), SignError> {
    if key.algorithm() != header.algorithm() {
        return Err(SignError::AlgorithmMismatch { key: key.algorithm(), header: header.algorithm() });
    }
    if !header.critical().is_empty() {
        return Err(SignError::InvalidHeader { parameter: "crit".into() });
    }
    Ok(())
}

fn sign_parts(header: &str, payload: &[u8], key: &SigningKey) -> Result<(String, String), SignError> {
    let signature = key.sign_raw(&[header.as_bytes(), b".", payload].concat())?;
    Ok((header.into(), base64url::encode(signature)))
}

/// Reads `r ‖ s`, each of `length` bytes, from a sequence of two positive integers.
fn fixed_from_der(der: &[u8], length: usize) -> Option<Vec<u8>> {
    let (SEQUENCE, content, []) = tlv(der)? else { return None };
    let (INTEGER, r, rest) = tlv(content)? else { return None };
    let (INTEGER, s, []) = tlv(rest)? else { return None };
    let mut fixed = Vec::with_capacity(length.saturating_mul(2));
    for integer in [r, s] {
        let digits = match integer {
            // A leading zero is present exactly if the next bit would be read as a sign.
            [0, digits @ ..] if digits.first().is_some_and(|byte| *byte >= 0x80) => digits,
            [0x80..=0xff, ..] | [0, ..] | [] => return None,
            digits => digits,
        };
        fixed.resize(fixed.len().saturating_add(length.checked_sub(digits.len())?), 0);
        fixed.extend_from_slice(digits);
    }
    Some(fixed)
}
