//! The results of a run.

use std::fmt;
use std::io;

use http::StatusCode;
use jotwell::{KeyError, SignError};

use super::flaw::Flaw;

/// The result of a run in which every attack was rejected.
#[derive(Clone, Debug)]
pub struct Refused {
    pub(super) refused: Vec<(&'static str, StatusCode)>,
    pub(super) not_tried: Vec<&'static str>,
}

impl Refused {
    /// Returns the attacks by name, each with the status of the response.
    #[must_use]
    pub fn attacks(&self) -> &[(&'static str, StatusCode)] {
        &self.refused
    }

    /// Returns the attacks that were [left out](super::AttackSuite::except), and those that cannot be derived from
    /// such a token.
    #[must_use]
    pub fn not_tried(&self) -> &[&'static str] {
        &self.not_tried
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} attacks were refused", self.refused.len())?;
        if self.not_tried.is_empty() {
            Ok(())
        } else {
            write!(f, "; not tried: {}", self.not_tried.join(", "))
        }
    }
}

/// The run does not show that the service rejects every attack.
#[derive(Debug)]
#[non_exhaustive]
pub enum AttackError {
    /// The run proves nothing.
    Inconclusive(Inconclusive),
    /// These attacks were not rejected as they should be.
    Failures {
        /// The attacks, and what happened.
        survived: Vec<Failure>,
        /// How many were tried.
        tried: usize,
    },
}

/// An attack that was not rejected as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The attack's name.
    pub attack: &'static str,
    /// What happened.
    pub outcome: Outcome,
}

/// What happened instead of a correct rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The status is not a rejection: the attack succeeded, or an error occurred.
    Answered(StatusCode),
    /// The attack was rejected, but the response contains the payload or the signature of the token.
    Repeated(StatusCode),
    /// The attack was rejected, but the service fetched a URL from the token: an attacker could choose which hosts it
    /// contacts (RFC 8725 §2.10).
    Followed(StatusCode),
    /// The attack was rejected, but the body of the response ends with an error.
    Broken(StatusCode),
    /// The service returned an error instead of a response.
    Failed,
    /// The request could not be created: its URL is too long.
    NotSent,
}

/// Why a run proves nothing, or an attack could not be created.
#[derive(Debug)]
#[non_exhaustive]
pub enum Inconclusive {
    /// The valid token does not have three parts, with a header and claims.
    NotAToken,
    /// The given key did not sign it, so everything that it signs would be rejected for that reason.
    OtherKey,
    /// An attacker's key of the same algorithm could not be created.
    Key(KeyError),
    /// An attack could not be signed.
    Sign(SignError),
    /// A token like the given one cannot have that flaw.
    Inapplicable(Flaw),
    /// No attack has that name.
    NoSuchAttack(String),
    /// The request's method changes nothing, so a cookie needs no anti-forgery token with it.
    SafeMethod,
    /// The server for the URLs in some tokens could not be started on this machine.
    Elsewhere(io::Error),
    /// The service rejects a request that it must accept, so it may reject everything. `None` if it returned an error
    /// instead of a response.
    ControlRefused {
        /// The name of the request.
        control: &'static str,
        /// The status of the response.
        status: Option<StatusCode>,
    },
    /// At the end the service does not accept the valid token any more: it may have rejected the attacks because there
    /// were many.
    RefusedAfterwards {
        /// The status of the response.
        status: Option<StatusCode>,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.attack)?;
        match self.outcome {
            Outcome::Answered(status) => write!(f, "answered {status}"),
            Outcome::Repeated(status) => write!(f, "answered {status}, but with a part of the token in it"),
            Outcome::Followed(status) => write!(f, "answered {status}, but went where the token points to"),
            Outcome::Broken(status) => write!(f, "answered {status}, but with a body that breaks off"),
            Outcome::Failed => f.write_str("the service failed"),
            Outcome::NotSent => f.write_str("the request could not be made"),
        }
    }
}

impl fmt::Display for AttackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inconclusive(unproven) => write!(f, "this run proves nothing: {unproven}"),
            Self::Failures { survived, tried } => {
                write!(f, "{} of {tried} attacks were not refused as they should:", survived.len())?;
                survived.iter().try_for_each(|one| write!(f, "\n  {one}"))
            }
        }
    }
}

impl fmt::Display for Inconclusive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = |f: &mut fmt::Formatter<'_>, status: &Option<StatusCode>| match status {
            Some(status) => write!(f, "answered {status}"),
            None => f.write_str("the service failed"),
        };
        match self {
            Self::NotAToken => f.write_str("the valid token is not a JWT in three parts"),
            Self::OtherKey => f.write_str("the valid token was not signed with the given key"),
            Self::Key(_) => f.write_str("a stranger's key could not be made"),
            Self::Sign(_) => f.write_str("an attack could not be signed"),
            Self::Inapplicable(flaw) => write!(f, "such a token cannot have this flaw: {}", flaw.name()),
            Self::NoSuchAttack(name) => write!(f, "no attack has the name {name:?}"),
            Self::SafeMethod => {
                f.write_str("a cookie needs no proof with a method that changes nothing; take POST")
            }
            Self::Elsewhere(_) => f.write_str("no server could be started on this machine"),
            Self::ControlRefused { control, status } => {
                write!(f, "{control} must get through, but: ")?;
                answer(f, status)
            }
            Self::RefusedAfterwards { status } => {
                f.write_str("the valid token does not get through any more after the attacks: ")?;
                answer(f, status)
            }
        }
    }
}

impl std::error::Error for AttackError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Inconclusive(unproven) => Some(unproven),
            Self::Failures { .. } => None,
        }
    }
}

impl std::error::Error for Inconclusive {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Key(error) => Some(error),
            Self::Sign(error) => Some(error),
            Self::Elsewhere(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Inconclusive> for AttackError {
    fn from(unproven: Inconclusive) -> Self {
        Self::Inconclusive(unproven)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::error::Error;

    use super::*;

    #[test]
    fn each_attack_that_was_not_rejected_has_a_line_in_the_report() {
        let status = StatusCode::IM_A_TEAPOT;
        let outcomes = [
            Outcome::Answered(status),
            Outcome::Repeated(status),
            Outcome::Followed(status),
            Outcome::Broken(status),
            Outcome::Failed,
            Outcome::NotSent,
        ];
        let count = outcomes.len();
        let has_status = |outcome: &Outcome| !matches!(outcome, Outcome::Failed | Outcome::NotSent);
        let found: Vec<bool> = outcomes.iter().map(has_status).collect();
        let survived: Vec<_> =
            outcomes.into_iter().map(|outcome| Failure { attack: "an attack", outcome }).collect();
        let breach = AttackError::Failures { survived, tried: 17 };
        let text = breach.to_string();
        let (head, lines) = text.split_once('\n').expect("lines");
        assert_eq!(head, "6 of 17 attacks were not refused as they should:");
        let lines: Vec<_> = lines.lines().collect();
        assert!(lines.iter().all(|line| line.starts_with("  an attack: ")), "{text}");
        assert_eq!(lines.iter().map(|line| line.contains("418")).collect::<Vec<_>>(), found, "{text}");
        assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), count, "{text}");
        assert!(breach.source().is_none());
    }
}
