//! Encrypted tokens and the policy: RFC 7519 §5.2, §5.3 and §7.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::str;

use serde::Serialize;
use zeroize::Zeroizing;

use super::check::Check;
use super::explain::{Explanation, Fact};
use super::facts::{Expected, Found};
use super::policy::is_media_type;
use super::validator::Progress;
use super::{Audience, Issuer, Validator};
use crate::claims::{Claims, ClaimsReader, FromClaims, NoClaims, RegisteredClaims};
use crate::error::{EncryptError, VerifyError};
use crate::header::Header;
use crate::json::{self, JsonError};
use crate::jwe::{self, DecryptingKeySource, EncryptingKey, Plaintext, SharedKey};
use crate::jws::{KeySource, Verified};
use crate::key::SigningKey;
use crate::time::{Clock, NumericDate};

impl<T: Serialize> Claims<T> {
    /// Encrypts the claims to a token with a shared secret. The header has the key's algorithms and `kid`, and `typ:
    /// JWT`. Verify it with [`Validator::verify_encrypted`].
    ///
    /// # Errors
    /// [`EncryptError::Sign`] with the errors of [`sign`](Self::sign), [`EncryptError::Randomness`].
    pub fn encrypt(&self, key: &SharedKey) -> Result<String, EncryptError> {
        self.encrypt_with(key, &key.header().with_typ("JWT"))
    }

    /// Encrypts the claims to a token under a custom header.
    ///
    /// # Errors
    /// As [`encrypt`](Self::encrypt), and those of [`SharedKey::encrypt_with`].
    pub fn encrypt_with(&self, key: &SharedKey, header: &jwe::Header) -> Result<String, EncryptError> {
        key.encrypt_with(Zeroizing::new(self.to_json()?).as_bytes(), header)
    }

    /// Signs the claims, then encrypts the signed token for a recipient: a nested token. Verify it with
    /// [`Validator::verify_nested`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use jotwell::jwe::{ContentEncryption, DecryptingKey, KeyManagement};
    /// use jotwell::{Algorithm, Audience, Claims, Issuer, NoClaims, SigningKey, Validator};
    ///
    /// let issuer = SigningKey::generate(Algorithm::ES256)?;
    /// let recipient = DecryptingKey::generate(KeyManagement::EcdhEs, &[ContentEncryption::A256GCM])?;
    /// let token = Claims::new(NoClaims)
    ///     .issuer("https://auth.example")
    ///     .audience("orders-api")
    ///     .expires_in(Duration::from_secs(900))
    ///     .sign_and_encrypt(&issuer, &recipient.encrypting_key())?;
    ///
    /// let validator =
    ///     Validator::new(issuer.verifying_key(), Issuer::is("https://auth.example"), Audience::is("orders-api"));
    /// assert!(validator.verify_nested::<Claims>(&token, &recipient).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`EncryptError::Sign`] with the errors of [`sign`](Self::sign), and those of [`EncryptingKey::encrypt`].
    pub fn sign_and_encrypt(
        &self,
        key: &SigningKey,
        recipient: &EncryptingKey,
    ) -> Result<String, EncryptError> {
        let inner = Header::for_key(key).with_typ("JWT");
        self.sign_and_encrypt_with(key, &inner, recipient, &jwe::Header::for_key(recipient))
    }

    /// Signs the claims under the header `inner`, then encrypts the signed token under the header `outer`, to which
    /// `cty: JWT` is added (RFC 7519 §5.2).
    ///
    /// # Errors
    /// As [`sign_and_encrypt`](Self::sign_and_encrypt), and those of [`EncryptingKey::encrypt_with`].
    pub fn sign_and_encrypt_with(
        &self,
        key: &SigningKey,
        inner: &Header,
        recipient: &EncryptingKey,
        outer: &jwe::Header,
    ) -> Result<String, EncryptError> {
        let signed = Zeroizing::new(self.sign_with(key, inner)?);
        recipient.encrypt_with(signed.as_bytes(), &outer.clone().with_content_type("JWT"))
    }
}

impl<K: DecryptingKeySource<Key = SharedKey>> Validator<K> {
    crate::time::with_system_clock! {
        /// Creates a policy for encrypted tokens with these keys, from `issuer` to `audience`, with the system's
        /// clock. Verify tokens with [`verify_encrypted`](Self::verify_encrypted).
        ///
        /// ```
        /// use jotwell::jwe::{ContentEncryption, KeyManagement, SharedKey};
        /// use jotwell::{Audience, Issuer, Validator};
        ///
        /// let key = SharedKey::generate(KeyManagement::Dir, &[ContentEncryption::A256GCM])?;
        /// let validator =
        ///     Validator::for_encrypted(key, Issuer::is("https://app.example"), Audience::is("https://app.example"));
        /// # Ok::<(), jotwell::KeyError>(())
        /// ```
        #[must_use]
        pub fn for_encrypted(keys: K, issuer: Issuer, audience: Audience) -> Self {
            Self::for_encrypted_with_clock(keys, issuer, audience, crate::time::SystemClock)
        }
    }

    /// Creates a policy like [`for_encrypted`](Self::for_encrypted), with another clock.
    #[must_use]
    pub fn for_encrypted_with_clock(
        keys: K,
        issuer: Issuer,
        audience: Audience,
        clock: impl Clock + 'static,
    ) -> Self {
        Self::with_keys(keys, issuer, audience, Arc::new(clock))
    }

    /// Decrypts `token` with a shared secret, and verifies its claims by the policy.
    ///
    /// Only a holder of the secret can have created the token, so its claims need no signature. With keys of any other
    /// kind this method does not exist:
    ///
    /// ```compile_fail,E0271
    /// # use jotwell::jwe::DecryptingKey;
    /// # use jotwell::{Claims, Validator};
    /// fn forged(validator: &Validator<DecryptingKey>, token: &str) {
    ///     let _ = validator.verify_encrypted::<Claims>(token);
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`Decrypter::decrypt`](crate::jwe::Decrypter::decrypt); [`VerifyError::Nested`] if the content is a
    /// token; [`VerifyError::HeaderClaimMismatch`] if a claim in the header differs; and those of
    /// [`verify`](Self::verify) for the claims.
    pub fn verify_encrypted<T: for<'de> FromClaims<'de>>(
        &self,
        token: &str,
    ) -> Result<Verified<T, jwe::Header>, VerifyError> {
        self.verify_encrypted_reaching(token, &mut Progressed::default())
    }

    /// Verifies `token` like [`verify_encrypted`](Self::verify_encrypted), and describes every step, so that an
    /// operator can see why it is rejected. **Never send it to the peer**: the explanation contains the decrypted
    /// claims.
    #[must_use]
    pub fn explain_encrypted(&self, token: &str) -> Explanation {
        let mut progress = Progressed::default();
        let error = self.verify_encrypted_reaching::<NoClaims>(token, &mut progress).err();
        let mut facts = self.facts_of_decryption(token, "not a token", &progress);
        let mut reader = ClaimsReader::new(&[]);
        let claims =
            reader.payload(&progress.content, self.tolerance()).finish().cloned().unwrap_or_default();
        let typ = progress.header.as_ref().map_or(Found::Nothing, |header| Found::text(header.typ()));
        facts.extend(self.facts_of_claims(typ, &claims, progress.now.unwrap_or_else(|| self.clock.now())));
        Explanation::new(facts, progress.check, error)
    }

    fn verify_encrypted_reaching<T: for<'de> FromClaims<'de>>(
        &self,
        token: &str,
        progress: &mut Progressed,
    ) -> Result<Verified<T, jwe::Header>, VerifyError> {
        let header = progress.decrypt(self.verifier.keys(), self, token)?;
        progress.check = Check::ContentType;
        if is_nested(&header)? {
            return Err(VerifyError::Nested);
        }
        progress.check = Check::Claims;
        let mut reader = ClaimsReader::new(&[]);
        let reader = reader.payload(&progress.content, self.tolerance()).places(self.places.as_ref());
        let value = T::from_claims(reader);
        let claims = reader.finish()?;
        check_header_claims(&header, claims)?;
        self.check_policy(header.typ(), claims, &mut progress.check, &mut progress.now)?;
        Ok(Verified::new(header, value?))
    }
}

impl<K: KeySource> Validator<K> {
    /// Decrypts `token` with one of `keys`, and verifies the signed token inside with the keys and the policy of this
    /// validator.
    ///
    /// The encryption does not authenticate the sender; the signature does. An inner token without a signature is
    /// rejected.
    ///
    /// # Errors
    /// Those of [`Decrypter::decrypt`](crate::jwe::Decrypter::decrypt); [`VerifyError::NotNested`] if the content is
    /// not a signed token; [`VerifyError::HeaderClaimMismatch`] if a claim in the outer header differs; and those of
    /// [`verify`](Self::verify) for the inner token.
    pub fn verify_nested<T: for<'de> FromClaims<'de>>(
        &self,
        token: &str,
        keys: &impl DecryptingKeySource,
    ) -> Result<Verified<T>, VerifyError> {
        let mut outer = Progressed::default();
        let (header, inner) = self.open_nested(token, keys, &mut outer)?;
        let mut payload = Zeroizing::new(Vec::new());
        let mut progress = Progress::default();
        let verified = self.verify_reaching::<T>(inner, &mut *payload, &mut progress)?;
        check_header_claims(&header, progress.claims.registered())?;
        Ok(verified)
    }

    /// Verifies `token` like [`verify_nested`](Self::verify_nested), and describes every step: first those of
    /// decryption, then those of the inner token. **Never send it to the peer**: the explanation contains the
    /// decrypted claims.
    #[must_use]
    pub fn explain_nested(&self, token: &str, keys: &impl DecryptingKeySource) -> Explanation {
        let mut progress = Progressed::default();
        let opened =
            self.open_nested(token, keys, &mut progress).map(|(header, inner)| (header, inner.to_owned()));
        let facts = self.facts_of_decryption(token, "a signed token: \"JWT\"", &progress);
        let (header, inner) = match opened {
            Ok((header, inner)) => (header, Zeroizing::new(inner)),
            Err(error) => return Explanation::new(facts, progress.check, Some(error)),
        };
        // The claims of the header are compared last, with the verified claims.
        let mismatch = match self.verify_nested::<NoClaims>(token, keys) {
            Err(error @ VerifyError::HeaderClaimMismatch) => Some(error),
            _ => None,
        };
        let outer = Explanation::new(facts, Check::ContentType, None).followed_by(self.explain(&inner));
        match mismatch {
            None => outer,
            Some(error) => {
                let found =
                    Found::texts(header.custom_parameters().map(|(name, _)| name.to_owned()).collect());
                let expected = Expected::Always("claims in the outer header with the same values");
                let facts = alloc::vec![(Check::Claims, expected, found)];
                outer.followed_by(Explanation::new(facts, Check::Claims, Some(error)))
            }
        }
    }

    /// Returns the outer header, and the text of the inner token.
    fn open_nested<'p>(
        &self,
        token: &str,
        keys: &impl DecryptingKeySource,
        progress: &'p mut Progressed,
    ) -> Result<(Arc<jwe::Header>, &'p str), VerifyError> {
        let header = progress.decrypt(keys, self, token)?;
        progress.check = Check::ContentType;
        if !is_nested(&header)? {
            return Err(VerifyError::NotNested);
        }
        let inner = str::from_utf8(&progress.content).map_err(|_| VerifyError::NotNested)?;
        Ok((header, inner))
    }
}

impl<K> Validator<K> {
    /// Returns what each step up to the content's type expects, and what the token has.
    fn facts_of_decryption(&self, token: &str, content: &'static str, progress: &Progressed) -> Vec<Fact> {
        let of_header =
            |found: fn(&jwe::Header) -> Found| progress.header.as_deref().map_or(Found::Nothing, found);
        alloc::vec![
            (Check::Length, Expected::MaxBytes(self.verifier.max_length), Found::Bytes(token.len())),
            (Check::Form, Expected::Always("five segments"), Found::Segments(token.split('.').count())),
            (
                Check::Header,
                Expected::Always(
                    "one strict JSON object with known algorithms, no compression and no critical extension",
                ),
                of_header(|header| Found::Encryption { algorithm: header.algorithm(), enc: header.enc() }),
            ),
            (
                Check::Key,
                Expected::Always("a key of that name and algorithm, for that content encryption"),
                of_header(|header| Found::DecryptingKey {
                    key_id: header.key_id().map(Into::into),
                    algorithm: header.algorithm(),
                }),
            ),
            (Check::Decryption, Expected::Always("encrypted to that key, and unchanged"), Found::Nothing),
            (
                Check::ContentType,
                Expected::Always(content),
                of_header(|header| Found::text(header.content_type().ok().flatten())),
            ),
        ]
    }
}

/// How far decryption came, and what it found.
struct Progressed {
    check: Check,
    header: Option<Arc<jwe::Header>>,
    content: Plaintext,
    now: Option<NumericDate>,
}

impl Default for Progressed {
    fn default() -> Self {
        Self { check: Check::Length, header: None, content: Plaintext::default(), now: None }
    }
}

impl Progressed {
    fn decrypt<D: DecryptingKeySource, K>(
        &mut self,
        keys: &D,
        policy: &Validator<K>,
        token: &str,
    ) -> Result<Arc<jwe::Header>, VerifyError> {
        let (memo, limit) = (&policy.encrypted_headers, policy.verifier.max_length);
        let content = jwe::decrypt(keys, memo, limit, token, |step| match step {
            jwe::Step::Header => self.check = Check::Header,
            jwe::Step::Key(header) => {
                self.check = Check::Key;
                self.header = Some(header.clone());
            }
            jwe::Step::Decryption => self.check = Check::Decryption,
        });
        let (header, content) = content?;
        self.content = content;
        Ok(header)
    }
}

/// Returns whether the header says that the content is a token (RFC 7519 §5.2).
fn is_nested(header: &jwe::Header) -> Result<bool, VerifyError> {
    Ok(header.content_type()?.is_some_and(|found| is_media_type(&found, "JWT")))
}

/// Checks RFC 7519 §5.3: a claim that is repeated in the header must have the same value there.
fn check_header_claims(header: &jwe::Header, claims: &RegisteredClaims<'_>) -> Result<(), VerifyError> {
    if header.custom_parameters().next().is_none() {
        return Ok(());
    }
    let mut agree = true;
    let read = json::read_object::<JsonError>(claims.payload().as_bytes(), |member| {
        let mut repeated = header.custom_parameters().filter(|(name, _)| *name == member.name);
        agree &= repeated.all(|(_, value)| is_same_value(value, member.raw));
        Ok(())
    });
    if agree && read.is_ok() { Ok(()) } else { Err(VerifyError::HeaderClaimMismatch) }
}

fn is_same_value(one: &str, other: &str) -> bool {
    let value = |text| -> Option<serde_json::Value> { json::read_value(text).ok() };
    one == other || value(one).is_some_and(|one| value(other) == Some(one))
}
