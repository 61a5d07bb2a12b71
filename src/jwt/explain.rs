//! Why a token is refused, for the operator who has to find out.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::validator::Progress;
use super::{Expiry, UnverifiedToken, Validator};
use crate::claims::{ClaimsReader, NoClaims};
use crate::error::VerifyError;
use crate::jws::KeySource;
use crate::time::NumericDate;

/// A step of verification, in the order in which they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Check {
    /// The token is short enough.
    Length,
    /// It has three parts.
    Form,
    /// Its header is sound, and `crit` asks for nothing.
    Header,
    /// A key is found, for its algorithm.
    Key,
    /// Its signature holds.
    Signature,
    /// Its claims are one strict JSON object, the registered ones of the right types.
    Claims,
    /// `typ`.
    Type,
    /// `exp`.
    Expiry,
    /// `nbf`.
    NotBefore,
    /// `iat`.
    IssuedAt,
    /// The greatest age.
    Age,
    /// `iss`.
    Issuer,
    /// `aud`.
    Audience,
    /// `sub`.
    Subject,
    /// Claims that are required by name.
    Required,
    /// Checks of the caller's own.
    Custom,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Length => "length",
            Self::Form => "form",
            Self::Header => "header",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::Type => "type",
            Self::Expiry => "expiry",
            Self::NotBefore => "not before",
            Self::IssuedAt => "issued at",
            Self::Age => "age",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Subject => "subject",
            Self::Required => "required claims",
            Self::Custom => "own checks",
        })
    }
}

/// How a step went.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It said yes.
    Passed,
    /// It said no, and ended the verification.
    Failed(VerifyError),
    /// An earlier one had said no.
    NotReached,
}

/// One step with what the policy wants and what the token has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The step.
    pub check: Check,
    /// What the policy wants.
    pub expected: String,
    /// What the token has, as its sender wrote it; empty where that cannot be read.
    pub found: String,
    /// How it went.
    pub outcome: Outcome,
}

/// Every step of verifying a token, as [`Validator::explain`] tells it.
///
/// For logs that only operators read and for command lines, **never for the peer**: it repeats what
/// the token says, and tells an attacker what to change. `Display` writes a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    steps: Vec<Step>,
}

impl Explanation {
    /// The steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Why the token is refused, or `None` where it is not.
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
            if !found.is_empty() {
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
    /// Verifies `token` and tells every step, for an operator who asks why it is refused. The caller's
    /// own type of claims is not among the steps: whether it fits is told by `verify` alone.
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
        let failed = match result {
            Ok(_) => None,
            // Told apart for the reader; both are found in one step.
            Err(error @ VerifyError::SegmentCount { .. }) => Some((Check::Form, error)),
            Err(error @ VerifyError::HeaderTooLong { .. }) => Some((Check::Header, error)),
            Err(error) => Some((progress.check, error)),
        };
        let outcome = |check| match &failed {
            Some((failed, error)) if check == *failed => Outcome::Failed(error.clone()),
            Some((failed, _)) if check > *failed => Outcome::NotReached,
            _ => Outcome::Passed,
        };
        let steps = self
            .told(token, progress.now.unwrap_or_else(|| self.clock.now()))
            .into_iter()
            .map(|(check, expected, found)| Step { check, expected, found, outcome: outcome(check) })
            .collect();
        Explanation { steps }
    }

    /// What each step of this policy expects, and what the token has, as far as it can be read.
    fn told(&self, token: &str, now: NumericDate) -> Vec<(Check, String, String)> {
        let limit = self.verifier.max_length;
        let unverified = UnverifiedToken::parse_up_to(limit, token).ok();
        let header = unverified.as_ref().map(UnverifiedToken::header);
        let claims = unverified
            .as_ref()
            .and_then(|token| ClaimsReader::new(token.payload_without_verification()).finish().ok().cloned())
            .unwrap_or_default();
        let text = |value: Option<&str>| value.map_or("none".to_owned(), |value| format!("{value:?}"));
        let date = |value: Option<NumericDate>| value.map_or("none".to_owned(), |value| value.to_string());
        let of_header = |value: Option<&str>| if header.is_some() { text(value) } else { String::new() };

        let mut told = alloc::vec![
            (Check::Length, format!("at most {limit} bytes"), format!("{} bytes", token.len())),
            (Check::Form, "three parts".to_owned(), format!("{}", token.split('.').count())),
            (
                Check::Header,
                "one strict JSON object with a known algorithm and no critical extension".to_owned(),
                header.map_or(String::new(), |header| header.algorithm().name().to_owned()),
            ),
            (
                Check::Key,
                "a key of that name and algorithm".to_owned(),
                header.map_or(String::new(), |header| {
                    format!("kid {}, {}", text(header.key_id()), header.algorithm())
                }),
            ),
            (Check::Signature, "one made with that key".to_owned(), String::new()),
            (
                Check::Claims,
                "one strict JSON object, registered claims of the right types".to_owned(),
                String::new()
            ),
            (
                Check::Type,
                self.typ.as_deref().map_or("\"JWT\" or none".to_owned(), |typ| format!("{typ:?}")),
                of_header(header.and_then(|header| header.typ())),
            ),
        ];
        let expiry = match self.expiry {
            Expiry::Required => format!("after {now}"),
            Expiry::IfPresent => format!("after {now}, or none"),
            Expiry::Unchecked => "anything".to_owned(),
        };
        told.push((Check::Expiry, self.with_leeway(expiry), date(claims.expires_at())));
        let past = self.with_leeway(format!("{now} at the latest, or none"));
        told.push((Check::NotBefore, past.clone(), date(claims.not_before())));
        told.push((Check::IssuedAt, past, date(claims.issued_at())));
        if let Some(max_age) = self.max_age {
            let found = claims.issued_at().map_or("no \"iat\"".to_owned(), |issued_at| {
                format!("{} s", now.saturating_since(issued_at).as_secs())
            });
            told.push((Check::Age, self.with_leeway(format!("at most {} s", max_age.as_secs())), found));
        }
        let one_of = |accepted: Option<&[String]>| accepted.map_or("anything".to_owned(), listed);
        told.push((Check::Issuer, one_of(self.issuer.accepted()), text(claims.issuer().as_deref())));
        told.push((Check::Audience, one_of(self.audience.accepted()), listed(&claims.audience())));
        if let Some(subject) = &self.subject {
            told.push((Check::Subject, format!("{subject:?}"), text(claims.subject().as_deref())));
        }
        if !self.required.is_empty() {
            let present: Vec<_> = self.required.iter().filter(|claim| claims.has(claim)).collect();
            told.push((Check::Required, listed(&self.required), listed(&present)));
        }
        if !self.checks.is_empty() {
            told.push((Check::Custom, "no objection".to_owned(), String::new()));
        }
        told
    }

    fn with_leeway(&self, expected: String) -> String {
        match self.leeway.as_secs() {
            0 => expected,
            secs => format!("{expected} (leeway {secs} s)"),
        }
    }
}

fn listed(values: &[impl fmt::Debug]) -> String {
    match values {
        [] => "none".to_owned(),
        values => values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(" or "),
    }
}
