//! Numbers and tables as text.

use crate::comparison::Spread;

/// Three significant digits, without an exponent.
pub(crate) fn number(value: f64) -> String {
    let digits = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.digits$}")
}

/// A number, and the range that it has where there is one.
pub(crate) fn spread(spread: Spread) -> String {
    let range = (number(spread.low), number(spread.high));
    match range.0 == range.1 {
        true => number(spread.median),
        false => format!("{} ({}–{})", number(spread.median), range.0, range.1),
    }
}

/// Nanoseconds as microseconds.
pub(crate) fn microseconds(nanoseconds: f64) -> String {
    number(nanoseconds / 1000.0)
}

pub(crate) fn scaled(times: Spread) -> Spread {
    Spread { median: times.median / 1000.0, low: times.low / 1000.0, high: times.high / 1000.0 }
}

/// Bytes as people say them.
pub(crate) fn size(bytes: f64) -> String {
    match bytes {
        ..1024.0 => format!("{bytes} B"),
        _ => format!("{} KiB", bytes / 1024.0),
    }
}

/// A table in Markdown: the first column to the left, the others to the right.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|---|", head.join(" | "));
    text += &"---:|".repeat(head.len() - 1);
    for row in rows {
        text += &format!("\n| {} |", row.join(" | "));
    }
    text + "\n"
}
