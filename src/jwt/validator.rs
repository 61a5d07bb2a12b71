//! The policy: RFC 7519 §7.2, RFC 8725 §3.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use serde::de::DeserializeOwned;

use super::check::Check;
use super::policy::{Audience, Expiry, Issuer, Typ};
use crate::claims::{
    ClaimPlaces, ClaimsReader, Dates, FromClaims, RegisteredClaim, RegisteredClaims, Tolerance,
};
use crate::error::{TokenPart, VerifyError};
#[cfg(feature = "jwe")]
use crate::jws::HeaderCache;
use crate::jws::{Buffer, Compact, DEFAULT_MAX_LENGTH, DynKeySource, KeySource, Stack, Verified, Verifier};
use crate::key::VerifyingKey;
use crate::time::{Clock, NumericDate};

/// A custom check.
type CustomCheck = dyn Fn(&RegisteredClaims<'_>) -> Result<(), VerifyError> + Send + Sync;

/// Verifies tokens: first the signature, then the claims, by one policy that you create once and share.
///
/// By default `exp` must be present and in the future, `nbf` and `iat` must not be more than ten seconds in the future
/// if they are present, `typ` must be `JWT` or absent, and a token has at most 16 KiB. Every registered claim must
/// have the right type, even if the policy does not use it.
///
/// ```
/// use std::time::Duration;
/// use jotwell::{Audience, Issuer, Validator, VerifyingKey};
///
/// # fn example(key: VerifyingKey, token: &str) -> Result<(), jotwell::VerifyError> {
/// let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"))
///     .typ("at+jwt")
///     .leeway(Duration::from_secs(30))
///     .max_age(Duration::from_secs(3600))
///     .require("jti");
///
/// # #[derive(serde::Deserialize)]
/// # struct Account;
/// let token = validator.verify::<Account>(token)?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Validator<K> {
    pub(super) verifier: Verifier<K>,
    pub(super) issuer: Issuer,
    pub(super) audience: Audience,
    pub(super) subject: Option<String>,
    pub(super) typ: Typ,
    pub(super) expiry: Expiry,
    /// `None` means the default.
    pub(super) leeway: Option<Duration>,
    pub(super) max_age: Option<Duration>,
    pub(super) required: Vec<Cow<'static, str>>,
    null_as_absent: bool,
    integer_as_string: bool,
    pub(super) places: Option<Arc<ClaimPlaces>>,
    pub(super) checks: Vec<Arc<CustomCheck>>,
    pub(super) clock: Arc<dyn Clock>,
    /// Headers of encrypted tokens. Shared by clones, like those of signed ones.
    #[cfg(feature = "jwe")]
    pub(super) encrypted_headers: Arc<HeaderCache<crate::jwe::Header>>,
}

/// How far `nbf` and `iat` may be in the future by default: ten seconds. [`Validator::leeway`] changes it. Clocks of
/// servers usually differ by less than one second.
pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(10);

/// The largest leeway that can be set. Clocks that differ by more are broken.
pub const MAX_LEEWAY: Duration = Duration::from_secs(600);

impl<K: KeySource> Validator<K> {
    crate::time::with_system_clock! {
        /// Creates a policy with these keys, for tokens from `issuer` to `audience`, with the system's clock.
        #[must_use]
        pub fn new(keys: K, issuer: Issuer, audience: Audience) -> Self {
            Self::with_clock(keys, issuer, audience, crate::time::SystemClock)
        }
    }

    /// Creates a policy like [`new`](Self::new), with another clock, for machines without a system clock, and for
    /// tests.
    #[must_use]
    pub fn with_clock(keys: K, issuer: Issuer, audience: Audience, clock: impl Clock + 'static) -> Self {
        Self::with_keys(keys, issuer, audience, Arc::new(clock))
    }

    /// Erases the type of the key source, so that validators with different sources can be used in one
    /// [`MultiIssuerValidator`](crate::MultiIssuerValidator).
    ///
    /// ```
    /// use jotwell::{Audience, HmacKeySet, Issuer, JwkSet, MultiIssuerValidator, Validator};
    ///
    /// # fn example(theirs: JwkSet, ours: HmacKeySet) -> Result<(), jotwell::MultiIssuerError> {
    /// let issuers = MultiIssuerValidator::new([
    ///     Validator::new(theirs, Issuer::is("https://partner.example"), Audience::is("orders-api")).boxed(),
    ///     Validator::new(ours, Issuer::is("https://auth.example"), Audience::is("orders-api")).boxed(),
    /// ])?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn boxed(self) -> Validator<DynKeySource>
    where
        K: Send + Sync + 'static,
    {
        Validator {
            verifier: self.verifier.boxed(),
            issuer: self.issuer,
            audience: self.audience,
            subject: self.subject,
            typ: self.typ,
            expiry: self.expiry,
            leeway: self.leeway,
            max_age: self.max_age,
            required: self.required,
            null_as_absent: self.null_as_absent,
            integer_as_string: self.integer_as_string,
            places: self.places,
            checks: self.checks,
            clock: self.clock,
            #[cfg(feature = "jwe")]
            encrypted_headers: self.encrypted_headers,
        }
    }
}

impl<K> Validator<K> {
    /// Creates the default policy with keys of any kind.
    pub(super) fn with_keys(keys: K, issuer: Issuer, audience: Audience, clock: Arc<dyn Clock>) -> Self {
        Self {
            verifier: Verifier::with_keys(keys),
            issuer,
            audience,
            subject: None,
            typ: Typ::jwt(),
            expiry: Expiry::Required,
            leeway: None,
            max_age: None,
            required: Vec::new(),
            null_as_absent: false,
            integer_as_string: false,
            places: None,
            checks: Vec::new(),
            clock,
            #[cfg(feature = "jwe")]
            encrypted_headers: Arc::default(),
        }
    }

    /// Sets the clock. Defaults to the system's clock.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Sets how much the clocks of issuer and verifier may differ, in every comparison of times. Capped at
    /// [`MAX_LEEWAY`].
    ///
    /// By default there is no leeway for `exp` and the maximum age, and [`DEFAULT_LEEWAY`] for `nbf` and `iat`.
    /// Without it, new tokens would be rejected if the issuer's clock is slightly ahead.
    #[must_use]
    pub fn leeway(self, leeway: Duration) -> Self {
        Self { leeway: Some(leeway.min(MAX_LEEWAY)), ..self }
    }

    /// Treats a registered claim that is `null` as absent. By default it is an error.
    ///
    /// Some issuers serialize missing values as `null`. A claim that the policy requires is still required. A type of
    /// your own always receives the `null`.
    #[must_use]
    pub fn null_as_absent(self) -> Self {
        Self { null_as_absent: true, ..self }
    }

    /// Treats an `iss`, `sub` or `jti` that is an integer, such as a row number, as the string of its digits: `42` as
    /// `"42"`. By default it is an error, since RFC 7519 §4.1 defines strings.
    ///
    /// A type of your own always receives the number. Fractions, exponents and negative numbers are still errors.
    #[must_use]
    pub fn integer_as_string(self) -> Self {
        Self { integer_as_string: true, ..self }
    }

    /// Reads a claim of a profile from another place: `["scp"]` for a member with another name, `["realm_access",
    /// "roles"]` for one inside an object. With an empty path the claim is always absent.
    ///
    /// This works for types that read a profile by [`ClaimsReader::read_beside`], such as `AccessClaims` of
    /// jotwell-http with `scope` and `roles`. Registered claims and your own types are not affected. The member with
    /// the usual name is ignored.
    ///
    /// ```
    /// use jotwell::{Audience, Issuer, Validator, VerifyingKey};
    ///
    /// # fn example(key: VerifyingKey) {
    /// let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"))
    ///     .claim_at("scope", ["scp"])
    ///     .claim_at("roles", ["realm_access", "roles"]);
    /// # }
    /// ```
    #[must_use]
    pub fn claim_at<S: Into<String>>(
        mut self,
        claim: impl Into<Cow<'static, str>>,
        path: impl IntoIterator<Item = S>,
    ) -> Self {
        let places = Arc::make_mut(self.places.get_or_insert_default());
        places.set(claim.into(), path.into_iter().map(Into::into).collect());
        self
    }

    /// Sets whether tokens must have an expiry. Defaults to [`Expiry::Required`].
    #[must_use]
    pub fn expiry(self, expiry: Expiry) -> Self {
        Self { expiry, ..self }
    }

    /// Rejects tokens whose `iat` is missing or older than `max_age`. By default there is no maximum age.
    #[must_use]
    pub fn max_age(self, max_age: Duration) -> Self {
        Self { max_age: Some(max_age), ..self }
    }

    /// Accepts only tokens about this subject.
    #[must_use]
    pub fn subject(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// Sets which `typ` is accepted: one, as in `.typ("at+jwt")` for access tokens of RFC 9068, or any [`Typ`].
    /// Defaults to [`Typ::jwt`].
    #[must_use]
    pub fn typ(self, typ: impl Into<Typ>) -> Self {
        Self { typ: typ.into(), ..self }
    }

    /// Rejects tokens without this claim, registered or not. `null` counts as absent.
    #[must_use]
    pub fn require(mut self, claim: impl Into<Cow<'static, str>>) -> Self {
        self.required.push(claim.into());
        self
    }

    /// Adds a custom check, which runs after all others. It returns [`VerifyError::CustomCheck`] to reject a token, and
    /// [`VerifyError::Unavailable`] if it cannot decide. [`check_claims`](Self::check_claims) adds one for typed claims.
    ///
    /// ```
    /// use jotwell::{Audience, Issuer, Validator, VerifyError, VerifyingKey};
    ///
    /// # fn example(key: VerifyingKey) {
    /// let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"))
    ///     .check(|claims| match claims.jwt_id().as_deref() {
    ///         Some("stolen") => Err(VerifyError::CustomCheck { reason: "revoked" }),
    ///         _ => Ok(()),
    ///     });
    /// # }
    /// ```
    #[must_use]
    pub fn check(
        mut self,
        check: impl Fn(&RegisteredClaims<'_>) -> Result<(), VerifyError> + Send + Sync + 'static,
    ) -> Self {
        self.checks.push(Arc::new(check));
        self
    }

    /// Adds a custom check of claims that are read into a `C`, independently of the type that [`verify`](Self::verify)
    /// returns. It runs after all others, and reads the payload once more. A token that does not fit `C` is rejected.
    ///
    /// ```
    /// use jotwell::{Audience, Issuer, Validator, VerifyError, VerifyingKey};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct IdToken {
    ///     nonce: String,
    /// }
    ///
    /// # fn example(key: VerifyingKey, expected: String) {
    /// let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("client-7"))
    ///     .check_claims(move |token: &IdToken| match token.nonce == expected {
    ///         true => Ok(()),
    ///         false => Err(VerifyError::CustomCheck { reason: "another nonce" }),
    ///     });
    /// # }
    /// ```
    #[must_use]
    pub fn check_claims<C: DeserializeOwned>(
        self,
        check: impl Fn(&C) -> Result<(), VerifyError> + Send + Sync + 'static,
    ) -> Self {
        self.check(move |claims| check(&claims.read()?))
    }

    /// Sets the largest length of a token in bytes. Defaults to 16 KiB. The header may have half of it, or
    /// [`DEFAULT_MAX_HEADER_LENGTH`](crate::jws::DEFAULT_MAX_HEADER_LENGTH) if that is more.
    #[must_use]
    pub fn max_length(self, bytes: usize) -> Self {
        Self { verifier: self.verifier.max_length(bytes), ..self }
    }

    /// Checks the policy for a token whose authenticity has been verified.
    #[inline]
    pub(super) fn check_policy(
        &self,
        typ: Option<&str>,
        claims: &RegisteredClaims<'_>,
        check: &mut Check,
        now: &mut Option<NumericDate>,
    ) -> Result<(), VerifyError> {
        *check = Check::Type;
        self.typ.check(typ)?;
        let now = *now.insert(self.clock.now());
        self.check_times(now, claims.dates(), check)?;
        self.check_parties(claims, check)?;
        *check = Check::Custom;
        self.check_custom(claims)
    }

    /// Checks RFC 7519 §4.1.4 to §4.1.6. Sums saturate instead of overflowing.
    pub(super) fn check_times(
        &self,
        now: NumericDate,
        dates: Dates,
        check: &mut Check,
    ) -> Result<(), VerifyError> {
        *check = Check::Expiry;
        let leeway = self.leeway.unwrap_or_default();
        let latest = now.saturating_add(self.future_leeway());
        match (self.expiry, dates.expires_at) {
            (Expiry::Required, None) => return Err(missing(RegisteredClaim::ExpirationTime)),
            (Expiry::Required | Expiry::IfPresent, Some(expired_at))
                if now >= expired_at.saturating_add(leeway) =>
            {
                return Err(VerifyError::Expired { expired_at, now });
            }
            _ => {}
        }
        *check = Check::NotBefore;
        if let Some(not_before) = dates.not_before.filter(|date| latest < *date) {
            return Err(VerifyError::NotYetValid { not_before, now });
        }
        *check = Check::IssuedAt;
        if let Some(issued_at) = dates.issued_at.filter(|date| latest < *date) {
            return Err(VerifyError::IssuedInFuture { issued_at, now });
        }
        *check = Check::Age;
        if let Some(max_age) = self.max_age {
            let issued_at = dates.issued_at.ok_or_else(|| missing(RegisteredClaim::IssuedAt))?;
            if now.saturating_since(issued_at) > max_age.saturating_add(leeway) {
                return Err(VerifyError::TooOld { issued_at, max_age, now });
            }
        }
        Ok(())
    }

    /// Returns how far `nbf` and `iat` may be in the future.
    pub(super) fn future_leeway(&self) -> Duration {
        self.leeway.unwrap_or(DEFAULT_LEEWAY)
    }

    pub(super) fn tolerance(&self) -> Tolerance {
        Tolerance {
            null: self.null_as_absent,
            integers: self.integer_as_string,
            far_expiry: self.expiry == Expiry::Unchecked,
        }
    }

    fn check_parties(&self, claims: &RegisteredClaims<'_>, check: &mut Check) -> Result<(), VerifyError> {
        *check = Check::Issuer;
        self.issuer.check(claims)?;
        *check = Check::Audience;
        self.audience.check(claims)?;
        *check = Check::Subject;
        if let Some(subject) = &self.subject {
            if !claims.is_present(RegisteredClaim::Subject) {
                return Err(missing(RegisteredClaim::Subject));
            }
            if !claims.subject_is(subject) {
                return Err(VerifyError::SubjectMismatch);
            }
        }
        *check = Check::Required;
        match self.required.iter().find(|claim| !claims.has(claim)) {
            Some(claim) => Err(VerifyError::MissingClaim { claim: claim.clone() }),
            None => Ok(()),
        }
    }

    pub(super) fn check_custom(&self, claims: &RegisteredClaims<'_>) -> Result<(), VerifyError> {
        self.checks.iter().try_for_each(|check| check(claims))
    }
}

impl<K: KeySource> Validator<K> {
    /// Verifies `token` and reads its claims into `T`: a type of your own, or [`Claims`](crate::Claims) of it.
    ///
    /// `T`'s `Deserialize` runs once, in the same pass as the registered claims: after the signature has been verified
    /// and before times, issuer and audience are checked. Its result, including an error, is used after all checks. So
    /// it should have no side effects.
    ///
    /// # Errors
    /// Almost every variant of [`VerifyError`]. A payload is not decoded before its signature has been verified.
    pub fn verify<T: for<'de> FromClaims<'de>>(&self, token: &str) -> Result<Verified<T>, VerifyError> {
        // Clearing the shorter buffer is faster. The longer one has room for any token within the default limit.
        let (mut short, mut long);
        let buffer: &mut dyn Buffer = if token.len() <= 1024 {
            short = Stack::<768>::new();
            &mut short
        } else {
            long = Stack::<{ DEFAULT_MAX_LENGTH * 3 / 4 }>::new();
            &mut long
        };
        self.verify_reaching(token, buffer, &mut Progress::default())
    }

    /// Verifies `token` like [`verify`](Self::verify), with claims that borrow from `buffer`. The buffer then holds
    /// the payload and can be reused.
    ///
    /// ```
    /// # use jotwell::{Audience, Issuer, Validator, VerifyingKey};
    /// #[derive(serde::Deserialize)]
    /// struct Account<'a> {
    ///     #[serde(borrow)]
    ///     roles: Vec<&'a str>,
    /// }
    ///
    /// # fn example(validator: Validator<VerifyingKey>, token: &str) -> Result<(), jotwell::VerifyError> {
    /// let mut buffer = Vec::new();
    /// let token = validator.verify_in::<Account<'_>>(token, &mut buffer)?;
    /// assert!(token.roles.contains(&"editor"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_in<'b, T: FromClaims<'b>>(
        &self,
        token: &str,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Verified<T>, VerifyError> {
        self.verify_reaching(token, buffer, &mut Progress::default())
    }

    /// Verifies a token. Leaves in `progress` how far it came and what it found.
    #[inline]
    pub(super) fn verify_reaching<'v, 'b, T: FromClaims<'b>>(
        &'v self,
        token: &str,
        buffer: &'b mut dyn Buffer,
        progress: &mut Progress<'v, 'b>,
    ) -> Result<Verified<T>, VerifyError> {
        let compact = Compact::parse(token, self.verifier.max_length)?;
        progress.check = Check::Header;
        let header = self.verifier.header(&compact)?;
        progress.check = Check::Key;
        let key = progress.key.insert(self.verifier.key_for(&header)?);
        progress.check = Check::Signature;
        self.verifier.signature(key, &header, &compact)?;
        progress.check = Check::Claims;
        let payload = buffer.decode(TokenPart::Payload, compact.payload)?;
        let reader = progress.claims.payload(payload, self.tolerance()).places(self.places.as_ref());
        let value = T::from_claims(reader);
        let claims = reader.finish()?;
        self.check_policy(header.typ(), claims, &mut progress.check, &mut progress.now)?;
        // A type that does not fit is reported last, so that an expired token of an older shape is reported as
        // expired.
        Ok(Verified::new(header, value?))
    }
}

/// How far a verification came, and what it found. This is verified only if all checks have passed.
pub(super) struct Progress<'v, 'b> {
    /// The current step.
    pub(super) check: Check,
    /// The key that was chosen.
    pub(super) key: Option<Cow<'v, VerifyingKey>>,
    /// The time that was read.
    pub(super) now: Option<NumericDate>,
    pub(super) claims: ClaimsReader<'b>,
}

impl Default for Progress<'_, '_> {
    fn default() -> Self {
        Self { check: Check::Length, key: None, now: None, claims: ClaimsReader::new(&[]) }
    }
}

fn missing(claim: RegisteredClaim) -> VerifyError {
    VerifyError::MissingClaim { claim: claim.name().into() }
}

impl<K: fmt::Debug> fmt::Debug for Validator<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validator")
            .field("verifier", &self.verifier)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("subject", &self.subject)
            .field("typ", &self.typ)
            .field("expiry", &self.expiry)
            .field("leeway", &self.leeway)
            .field("max_age", &self.max_age)
            .field("required", &self.required)
            .field("null_as_absent", &self.null_as_absent)
            .field("integer_as_string", &self.integer_as_string)
            .field("places", &self.places)
            .field("checks", &self.checks.len())
            .finish_non_exhaustive()
    }
}
