//! The steps of a verification, for people and for machines.

use jotwell::NumericDate;
use jotwell::explain::{Expected, Explanation, Found, Outcome, Step};

use crate::failure::reason;
use crate::printable::printable;
use crate::style::{self, Paint};
use crate::{json, output, time};

/// Writes a table to standard error. Standard output is for the claims.
pub(super) fn on_stderr(explanation: &Explanation, now: NumericDate) {
    let paint = Paint::for_stderr();
    for step in explanation.steps() {
        let (mark, style) = match &step.outcome {
            Outcome::Passed => ("passed", style::GOOD),
            Outcome::Failed(_) => ("FAILED", style::BAD),
            _ => ("-", style::FAINT),
        };
        let mark = paint.with(style, &format!("{mark:<6}"));
        let expected = expected(&step.expected);
        let line = match found(&step.found, now) {
            None => expected,
            Some(found) => {
                format!("{found}  {}", paint.with(style::FAINT, &format!("(expected {expected})")))
            }
        };
        output::note_styled(&format!("{mark}  {:<16} {line}", step.check));
        if let Outcome::Failed(error) = &step.outcome {
            output::note_styled(&format!(
                "        {:<16} {}",
                "",
                paint.with(style::BAD, &printable(&reason(error)))
            ));
        }
    }
}

/// Writes dates in RFC 3339.
fn expected(expected: &Expected) -> String {
    match expected {
        Expected::After { now, .. } | Expected::NotAfter { now, .. } => {
            expected.to_string().replace(&now.to_string(), &time::rfc3339(*now))
        }
        _ => printable(&expected.to_string()),
    }
}

/// Returns what the token says, printable, or `None` if there is nothing to show.
fn found(found: &Found, now: NumericDate) -> Option<String> {
    match found {
        Found::Nothing => None,
        Found::Date(date) => Some(time::render(*date, now)),
        _ => Some(printable(&found.to_string())),
    }
}

/// Returns another member of the JSON output, or nothing.
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
        json::string(&step.expected.to_string()),
        json::string(&step.found.to_string()),
    )
}
