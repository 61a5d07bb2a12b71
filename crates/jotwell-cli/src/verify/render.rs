//! The steps of a verification, for people and for machines.

use jotwell::NumericDate;
use jotwell::explain::{Check, Explanation, Outcome, Step};

use super::reason;
use crate::style::{self, Paint};
use crate::{json, output, time};

/// A table on standard error, which leaves standard output to the claims.
pub(super) fn on_stderr(explanation: &Explanation, now: NumericDate) {
    let paint = Paint::for_stderr();
    for step in explanation.steps() {
        let (mark, style) = match &step.outcome {
            Outcome::Passed => ("passed", style::GOOD),
            Outcome::Failed(_) => ("FAILED", style::BAD),
            _ => ("-", style::FAINT),
        };
        let mark = paint.with(style, &format!("{mark:<6}"));
        // Dates are numbers there; the clock stands still, so its number is known.
        let expected = step.expected.replace(&now.to_string(), &time::rfc3339(now));
        let found = json::printable(&found(step, now));
        let line = match found.is_empty() {
            true => expected,
            false => format!("{found}  {}", paint.with(style::FAINT, &format!("(expected {expected})"))),
        };
        output::note(&format!("{mark}  {:<16} {line}", step.check));
        if let Outcome::Failed(error) = &step.outcome {
            output::note(&format!("        {:<16} {}", "", paint.with(style::BAD, &reason(error))));
        }
    }
}

fn found(step: &Step, now: NumericDate) -> String {
    let is_date = matches!(step.check, Check::Expiry | Check::NotBefore | Check::IssuedAt);
    match step.found.split('.').next().and_then(|secs| secs.parse().ok()) {
        Some(secs) if is_date => time::render(NumericDate::from_secs(secs), now),
        _ => step.found.clone(),
    }
}

/// A further member of an answer in JSON, or nothing.
pub(super) fn as_json(explanation: Option<&Explanation>) -> String {
    let Some(explanation) = explanation else { return String::new() };
    let steps: Vec<_> = explanation.steps().iter().map(step_as_json).collect();
    format!(",\"steps\":[{}]", steps.join(","))
}

fn step_as_json(step: &Step) -> String {
    let (outcome, why) = match &step.outcome {
        Outcome::Passed => ("passed", String::new()),
        Outcome::Failed(error) => ("failed", format!(",\"reason\":{}", json::string(&reason(error)))),
        _ => ("not reached", String::new()),
    };
    format!(
        "{{\"check\":{},\"outcome\":{},\"expected\":{},\"found\":{}{why}}}",
        json::string(&step.check.to_string()),
        json::string(outcome),
        json::string(&step.expected),
        json::string(&step.found),
    )
}
