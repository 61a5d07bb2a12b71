//! Failures of a command: the reason, what to do about it, and the exit code.

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;

use crate::output;

#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    hints: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The answer is no.
    Refused,
    /// There is no answer: wrong options, files that cannot be read, keys that are none.
    Misuse,
    /// Whoever read our output has gone, as `head` does; there is nobody to tell.
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

    /// Writes it to standard error.
    pub(crate) fn report(self) -> ExitCode {
        match self.kind {
            Kind::Refused => output::note(&format!("refused: {}", self.message)),
            Kind::Misuse => output::note(&format!("error: {}", self.message)),
            Kind::Unread => {}
        }
        for hint in &self.hints {
            output::note(&format!("  {hint}"));
        }
        ExitCode::from(match self.kind {
            Kind::Refused => 1,
            Kind::Misuse | Kind::Unread => 2,
        })
    }
}

/// An error with everything that led to it.
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

/// `ES256, ES384 or RS256`.
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
