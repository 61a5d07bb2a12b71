//! Numbers and tables as text.

use crate::comparison::Spread;

/// Formats three significant digits, without an exponent.
pub(crate) fn number(value: f64) -> String {
    let digits = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.digits$}")
}

/// Formats a number, with its range if it has one.
pub(crate) fn spread(spread: Spread) -> String {
    let range = (number(spread.low), number(spread.high));
    match range.0 == range.1 {
        true => number(spread.median),
        false => format!("{} ({}–{})", number(spread.median), range.0, range.1),
    }
}

/// Formats nanoseconds as microseconds.
pub(crate) fn microseconds(nanoseconds: f64) -> String {
    number(nanoseconds / 1000.0)
}

pub(crate) fn scaled(times: Spread) -> Spread {
    Spread { median: times.median / 1000.0, low: times.low / 1000.0, high: times.high / 1000.0 }
}

/// Formats bytes with a unit.
pub(crate) fn size(bytes: f64) -> String {
    match bytes {
        ..1024.0 => format!("{bytes} B"),
        _ => format!("{} KiB", bytes / 1024.0),
    }
}

/// Formats a Markdown table: the first column left-aligned, the others right-aligned.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|---|", head.join(" | "));
    text += &"---:|".repeat(head.len() - 1);
    for row in rows {
        text += &format!("\n| {} |", row.join(" | "));
    }
    text + "\n"
}
