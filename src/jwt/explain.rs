//! Explains to an operator why a token is rejected.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use super::check::Check;
use super::facts::{Expected, Found};
use super::validator::Progress;
use super::{Expiry, UnverifiedToken, Validator};
use crate::claims::{ClaimsReader, NoClaims, RegisteredClaims};
use crate::error::VerifyError;
use crate::jws::KeySource;
use crate::time::NumericDate;

/// The result of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The token passed.
    Passed,
    /// The token failed, which ended the verification.
    Failed(VerifyError),
    /// An earlier step failed.
    NotReached,
}

/// One step, with what the policy expects and what the token has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The step.
    pub check: Check,
    /// What the policy expects.
    pub expected: Expected,
    /// What the token has, as its sender wrote it.
    pub found: Found,
    /// The result.
    pub outcome: Outcome,
}

/// Every step of verifying a token, returned by [`Validator::explain`].
///
/// Use it for logs that only operators read and for command-line tools, and **never send it to the peer**: it contains
/// the token's claims, and shows an attacker what to change. `Display` writes a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    steps: Vec<Step>,
}

/// A step with what the policy expects and what the token has.
pub(super) type Fact = (Check, Expected, Found);

impl Explanation {
    /// Creates an explanation of these steps, which must be in order. `reached` is the last step that was executed.
    pub(super) fn new(facts: Vec<Fact>, reached: Check, error: Option<VerifyError>) -> Self {
        let failed = error.map(|error| match error {
            // The length and the form are checked together, but are separate steps for the reader.
            VerifyError::SegmentCount { .. } if reached == Check::Length => (Check::Form, error),
            VerifyError::HeaderTooLong { .. } if reached == Check::Length => (Check::Header, error),
            error => (reached, error),
        });
        let outcome = |check| match &failed {
            Some((failed, error)) if check == *failed => Outcome::Failed(error.clone()),
            Some((failed, _)) if check > *failed => Outcome::NotReached,
            _ => Outcome::Passed,
        };
        let steps = facts
            .into_iter()
            .map(|(check, expected, found)| Step { check, expected, found, outcome: outcome(check) })
            .collect();
        Self { steps }
    }

    /// Appends the steps of another explanation.
    #[cfg(feature = "jwe")]
    pub(super) fn followed_by(mut self, other: Self) -> Self {
        self.steps.extend(other.steps);
        self
    }

    /// Returns the steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns why the token is rejected, or `None` if it is accepted.
    #[must_use]
    pub fn error(&self) -> Option<&VerifyError> {
        self.steps.iter().find_map(|step| match &step.outcome {
            Outcome::Failed(error) => Some(error),
            Outcome::Passed | Outcome::NotReached => None,
        })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Step { check, expected, found, outcome } in &self.steps {
            let mark = match outcome {
                Outcome::Passed => "passed",
                Outcome::Failed(_) => "FAILED",
                Outcome::NotReached => "-",
            };
            write!(f, "{mark:<7} {check:<16} expected {expected}")?;
            if *found != Found::Nothing {
                write!(f, "; found {found}")?;
            }
            if let Outcome::Failed(error) = outcome {
                write!(f, ": {error}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl<K: KeySource> Validator<K> {
    /// Verifies `token` and reports every step, so that an operator can see why it is rejected. Whether the claims fit
    /// an application's type is not a step; only `verify` checks that.
    ///
    /// ```
    /// use jotwell::explain::Check;
    /// use jotwell::{Algorithm, Audience, Claims, Issuer, NoClaims, SigningKey, Validator};
    ///
    /// let key = SigningKey::generate(Algorithm::ES256)?;
    /// let token = Claims::new(NoClaims).issuer("https://auth.example").sign(&key)?;
    /// let validator =
    ///     Validator::new(key.verifying_key(), Issuer::is("https://auth.example"), Audience::is("orders-api"));
    /// let explanation = validator.explain(&token);
    /// println!("{explanation}");
    /// assert_eq!(explanation.steps().last().map(|step| step.check), Some(Check::Audience));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn explain(&self, token: &str) -> Explanation {
        let mut payload = Vec::new();
        let mut progress = Progress::default();
        let result = self.verify_reaching::<NoClaims>(token, &mut payload, &mut progress);
        let now = progress.now.unwrap_or_else(|| self.clock.now());
        Explanation::new(self.facts(token, now), progress.check, result.err())
    }

    /// Returns what each step of this policy expects, and what the token has, as far as it can be read.
    fn facts(&self, token: &str, now: NumericDate) -> Vec<Fact> {
        let limit = self.verifier.max_length;
        let unverified = UnverifiedToken::parse_up_to(limit, token).ok();
        let header = unverified.as_ref().map(UnverifiedToken::header);
        let claims = unverified
            .as_ref()
            .and_then(|token| {
                let mut reader = ClaimsReader::new(&[]);
                reader.payload(token.payload_without_verification(), self.tolerance()).finish().ok().cloned()
            })
            .unwrap_or_default();

        let mut facts = alloc::vec![
            (Check::Length, Expected::MaxBytes(limit), Found::Bytes(token.len())),
            (Check::Form, Expected::Always("three segments"), Found::Segments(token.split('.').count())),
            (
                Check::Header,
                Expected::Always("one strict JSON object with a known algorithm and no critical extension"),
                header.map_or(Found::Nothing, |header| Found::Algorithm(header.algorithm())),
            ),
            (
                Check::Key,
                Expected::Always("a key of that name and algorithm"),
                header.map_or(Found::Nothing, |header| Found::Key {
                    key_id: header.key_id().map(Into::into),
                    algorithm: header.algorithm(),
                }),
            ),
            (Check::Signature, Expected::Always("one made with that key"), Found::Nothing),
        ];
        let typ = header.map_or(Found::Nothing, |header| Found::text(header.typ()));
        facts.extend(self.facts_of_claims(typ, &claims, now));
        facts
    }
}

impl<K> Validator<K> {
    /// Returns what each step from the claims on expects, and what the token has. `typ` is the one in its header.
    pub(super) fn facts_of_claims(
        &self,
        typ: Found,
        claims: &RegisteredClaims<'_>,
        now: NumericDate,
    ) -> Vec<Fact> {
        let leeway = self.leeway.unwrap_or_default();
        let mut facts = alloc::vec![
            (
                Check::Claims,
                Expected::Always("one strict JSON object, registered claims of the right types"),
                Found::Nothing,
            ),
            (Check::Type, self.expected_typ(), typ),
        ];
        let expiry = match self.expiry {
            Expiry::Required => Expected::After { now, leeway, or_absent: false },
            Expiry::IfPresent => Expected::After { now, leeway, or_absent: true },
            Expiry::Unchecked => Expected::Anything,
        };
        let past = Expected::NotAfter { now, leeway: self.future_leeway() };
        facts.push((Check::Expiry, expiry, Found::date(claims.expires_at())));
        facts.push((Check::NotBefore, past.clone(), Found::date(claims.not_before())));
        facts.push((Check::IssuedAt, past, Found::date(claims.issued_at())));
        if let Some(max_age) = self.max_age {
            let age = |issued_at| Found::Age(now.saturating_since(issued_at));
            let found = claims.issued_at().map_or(Found::Absent, age);
            facts.push((Check::Age, Expected::MaxAge { max_age, leeway }, found));
        }
        facts.push((Check::Issuer, any_of(self.issuer.accepted()), Found::text(claims.issuer())));
        let audience = claims.audience().into_iter().map(Into::into).collect();
        facts.push((Check::Audience, any_of(self.audience.accepted()), Found::texts(audience)));
        if let Some(subject) = &self.subject {
            let expected = any_of(Some(core::slice::from_ref(subject)));
            facts.push((Check::Subject, expected, Found::text(claims.subject())));
        }
        if !self.required.is_empty() {
            let required: Vec<_> = self.required.iter().map(ToString::to_string).collect();
            let present = required.iter().filter(|claim| claims.has(claim)).cloned().collect();
            facts.push((Check::Required, Expected::AllOf(required), Found::texts(present)));
        }
        if !self.checks.is_empty() {
            facts.push((Check::Custom, Expected::Always("no objection"), Found::Nothing));
        }
        facts
    }

    fn expected_typ(&self) -> Expected {
        match self.typ.accepted() {
            (None, _) => Expected::Anything,
            (Some(values), or_absent) => Expected::AnyOf { values: values.to_vec(), or_absent },
        }
    }
}

fn any_of(accepted: Option<&[alloc::string::String]>) -> Expected {
    accepted
        .map_or(Expected::Anything, |values| Expected::AnyOf { values: values.to_vec(), or_absent: false })
}
