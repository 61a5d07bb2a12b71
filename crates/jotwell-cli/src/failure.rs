//! Failures of a command: the reason, what to do about it, and the exit code.

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;

use jotwell::{KeyError, VerifyError};

use crate::time;

#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    hints: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The token or the keys were rejected.
    Refused,
    /// The command cannot decide: wrong options, files that cannot be read, malformed keys.
    Misuse,
    /// The reader of standard output has closed it, as `head` does, so no message is printed.
    Unread,
}

impl Failure {
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { kind: Kind::Refused, message: message.into(), hints: Vec::new() }
    }

    pub(crate) fn misuse(message: impl Into<String>) -> Self {
        Self { kind: Kind::Misuse, message: message.into(), hints: Vec::new() }
    }

    pub(crate) fn unread() -> Self {
        Self { kind: Kind::Unread, message: String::new(), hints: Vec::new() }
    }

    /// Adds a line that says what to do next, or where to look.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Returns the lines for standard error: what happened, then the hints.
    pub(crate) fn lines(&self) -> Vec<String> {
        let first = match self.kind {
            Kind::Refused => Some(format!("refused: {}", self.message)),
            Kind::Misuse => Some(format!("error: {}", self.message)),
            Kind::Unread => None,
        };
        first.into_iter().chain(self.hints.iter().map(|hint| format!("  {hint}"))).collect()
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Refused => 1,
            Kind::Misuse | Kind::Unread => 2,
        })
    }
}

/// Joins the texts of an error and of all its sources.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// Joins the texts of an error of verification and of its sources, with dates in RFC 3339.
pub(crate) fn reason(error: &VerifyError) -> String {
    let text = chain(error);
    let (date, now) = match error {
        VerifyError::Expired { expired_at: date, now }
        | VerifyError::NotYetValid { not_before: date, now }
        | VerifyError::IssuedInFuture { issued_at: date, now }
        | VerifyError::TooOld { issued_at: date, now, .. } => (*date, *now),
        _ => return text,
    };
    text.replace(&date.to_string(), &time::rfc3339(date)).replace(&now.to_string(), &time::rfc3339(now))
}

/// Joins names, as in `ES256, ES384 or RS256`.
pub(crate) fn either(names: &[impl Display]) -> String {
    match names {
        [] => "none".to_owned(),
        [one] => one.to_string(),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(ToString::to_string).collect();
            format!("{} or {last}", first.join(", "))
        }
    }
}

/// Returns the failure for a key, or a set or ring of keys, that cannot be used.
pub(crate) fn bad_key(name: &str, error: &KeyError) -> Failure {
    Failure::misuse(format!("{name}: {}", chain(error)))
}
