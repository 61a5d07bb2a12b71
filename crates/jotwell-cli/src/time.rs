//! Parses and prints dates and durations.

use std::time::Duration;

use jiff::Timestamp;
use jotwell::{Clock, NumericDate, SystemClock};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Returns the current second.
pub(crate) fn now() -> NumericDate {
    NumericDate::from_secs(SystemClock.now().as_secs())
}

/// Returns `2026-11-23T02:13:14Z`. The last day of the year 9999, which `Timestamp` does not support, stays a number.
pub(crate) fn rfc3339(date: NumericDate) -> String {
    Timestamp::from_second(date.as_secs()).map_or_else(|_| date.to_string(), |date| date.to_string())
}

/// Returns `3 h ago`, `in 12 min`, `now`.
pub(crate) fn relative(date: NumericDate, now: NumericDate) -> String {
    if date > now {
        format!("in {}", rounded(date.saturating_since(now)))
    } else if date == now {
        "now".to_owned()
    } else {
        format!("{} ago", rounded(now.saturating_since(date)))
    }
}

/// Rounds down, in the largest unit that fits.
fn rounded(duration: Duration) -> String {
    let secs = duration.as_secs();
    match secs {
        0..MINUTE => format!("{secs} s"),
        MINUTE..HOUR => format!("{} min", secs / MINUTE),
        HOUR..DAY => format!("{} h", secs / HOUR),
        DAY.. => format!("{} d", secs / DAY),
    }
}

/// Returns a date and its distance from now.
pub(crate) fn render(date: NumericDate, now: NumericDate) -> String {
    format!("{}, {}", rfc3339(date), relative(date, now))
}

/// Parses a date in an option: RFC 3339, or seconds since 1970.
pub(crate) fn date(text: &str) -> Result<NumericDate, &'static str> {
    if let Ok(secs) = text.parse::<i64>() {
        let date = NumericDate::from_secs(secs);
        // `from_secs` saturates, and would turn milliseconds into its last second.
        return if date.as_secs() == secs { Ok(date) } else { Err("seconds outside the years 0000 to 9999") };
    }
    match text.parse::<Timestamp>() {
        Ok(date) => Ok(NumericDate::from_secs(date.as_second())),
        Err(_) => Err("write a date as 2026-11-23T02:13:14Z, or as seconds since 1970"),
    }
}

/// Parses a duration in an option: `30s`, `15m`, `1h`, `7d`, or seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, &'static str> {
    const WRONG: &str = "write a duration as 30s, 15m, 1h or 7d, or as seconds";
    let (number, unit) = match text.char_indices().next_back() {
        Some((at, 's')) => (text.get(..at), 1),
        Some((at, 'm')) => (text.get(..at), MINUTE),
        Some((at, 'h')) => (text.get(..at), HOUR),
        Some((at, 'd')) => (text.get(..at), DAY),
        _ => (Some(text), 1),
    };
    // `parse` alone would accept a sign.
    let number = number.filter(|number| number.bytes().all(|byte| byte.is_ascii_digit())).ok_or(WRONG)?;
    let number: u64 = number.parse().map_err(|_| WRONG)?;
    number.checked_mul(unit).map(Duration::from_secs).ok_or(WRONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_one_unit() {
        for (text, secs) in
            [("30s", 30), ("15m", 900), ("1h", 3_600), ("7d", 604_800), ("900", 900), ("0", 0)]
        {
            assert_eq!(duration(text), Ok(Duration::from_secs(secs)), "{text}");
        }
        for text in ["", "s", "-1s", "+1s", "1.5h", "1h30m", "1 h", "1w", "99999999999999999999s", "é"] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert!(duration("18446744073709551615d").is_err());
    }

    #[test]
    fn dates_are_rfc_3339_or_seconds() {
        for (text, secs) in
            [("1970-01-01T00:01:00Z", 60), ("1970-01-01T01:00:00+01:00", 0), ("60", 60), ("-1", -1)]
        {
            assert_eq!(date(text).map(NumericDate::as_secs), Ok(secs), "{text}");
        }
        for text in ["", "tomorrow", "1970-01-01", "1767225600000"] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_distance_is_rendered_in_the_largest_unit() {
        let now = NumericDate::from_secs(1_000_000);
        for (secs, text) in [
            (1_000_000, "now"),
            (999_999, "1 s ago"),
            (989_200, "3 h ago"),
            (1_000_720, "in 12 min"),
            (1_000_000 + 3 * 86_400, "in 3 d"),
        ] {
            assert_eq!(relative(NumericDate::from_secs(secs), now), text);
        }
        assert_eq!(rfc3339(NumericDate::from_secs(0)), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(NumericDate::from_secs(253_402_300_799)), "253402300799");
    }
}
