//! Points in time: `NumericDate` of RFC 7519 §2, and the clock of a policy.

#[cfg(any(feature = "chrono", feature = "time", feature = "jiff"))]
mod conversions;

use core::fmt;
use core::ops::{Add, Sub};
use core::time::Duration;

#[cfg(any(feature = "chrono", feature = "time", feature = "jiff"))]
pub use conversions::DateRangeError;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Compiles an item only if the system has a clock.
macro_rules! with_system_clock {
    ($($item:tt)+) => {
        #[cfg(all(
            feature = "std",
            any(feature = "wasm-js", not(all(target_family = "wasm", target_os = "unknown")))
        ))]
        $($item)+
    };
}
pub(crate) use with_system_clock;

/// Seconds since 1970-01-01T00:00:00Z without leap seconds, with fractions to the nanosecond
/// (RFC 7519 §2).
///
/// A `NumericDate` is defined through RFC 3339, whose years are 0000 to 9999. Anything outside is rejected. This also
/// detects the common mistake of milliseconds instead of seconds, with which a token would be valid for tens of
/// thousands of years.
///
/// ```
/// use core::time::Duration;
/// use jotwell::NumericDate;
///
/// let issued = NumericDate::from_secs(1_300_819_380);
/// assert_eq!(issued.saturating_add(Duration::from_secs(900)).as_secs(), 1_300_820_280);
/// assert_eq!(issued.to_string(), "1300819380");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate {
    /// Whole seconds, rounded down.
    secs: i64,
    /// The remainder, below one second.
    nanos: u32,
}

const NANOS_PER_SEC: u32 = 1_000_000_000;

impl NumericDate {
    /// 0000-01-01T00:00:00Z.
    pub const MIN: Self = Self { secs: -62_167_219_200, nanos: 0 };
    /// 9999-12-31T23:59:59.999999999Z.
    pub const MAX: Self = Self { secs: 253_402_300_799, nanos: NANOS_PER_SEC - 1 };

    /// Creates a date from seconds since the epoch. Before the year 0000 it is [`MIN`](Self::MIN), after the year 9999
    /// [`MAX`](Self::MAX).
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        if secs < Self::MIN.secs {
            Self::MIN
        } else if secs > Self::MAX.secs {
            Self::MAX
        } else {
            Self { secs, nanos: 0 }
        }
    }

    with_system_clock! {
        /// Returns the current second of the system clock, rounded down.
        ///
        /// Dates in tokens are usually whole seconds, and some libraries reject fractions. [`SystemClock`] keeps the
        /// fraction.
        #[must_use]
        pub fn now() -> Self {
            SystemClock.now().to_whole_seconds()
        }
    }

    /// Returns the date rounded down to whole seconds.
    #[must_use]
    pub const fn to_whole_seconds(self) -> Self {
        Self { nanos: 0, ..self }
    }

    /// Returns the whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.secs
    }

    /// Returns the nanoseconds after [`as_secs`](Self::as_secs), below 10⁹.
    #[must_use]
    pub const fn subsec_nanos(self) -> u32 {
        self.nanos
    }

    /// Returns the time since `earlier`, or zero if `earlier` is later.
    #[must_use]
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "nanoseconds are below 10⁹, seconds within the bounds of a date"
    )]
    pub fn saturating_since(self, earlier: Self) -> Duration {
        let borrow = u32::from(self.nanos < earlier.nanos);
        let nanos = self.nanos + borrow * NANOS_PER_SEC - earlier.nanos;
        match u64::try_from(self.secs - earlier.secs - i64::from(borrow)) {
            Ok(secs) => Duration::new(secs, nanos),
            Err(_) => Duration::ZERO,
        }
    }

    /// Returns the date that is `duration` later, at most [`MAX`](Self::MAX).
    #[must_use]
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "nanoseconds are below 10⁹, seconds within the bounds of a date"
    )]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let nanos = self.nanos + duration.subsec_nanos();
        let (carry, nanos) = (nanos / NANOS_PER_SEC, nanos % NANOS_PER_SEC);
        i64::try_from(duration.as_secs())
            .ok()
            .and_then(|secs| self.secs.checked_add(secs)?.checked_add(i64::from(carry)))
            .and_then(|secs| Self::checked(secs, nanos))
            .unwrap_or(Self::MAX)
    }

    /// Returns the date that is `duration` earlier, at least [`MIN`](Self::MIN).
    #[must_use]
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "nanoseconds are below 10⁹, seconds within the bounds of a date"
    )]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        let borrow = u32::from(self.nanos < duration.subsec_nanos());
        let nanos = self.nanos + borrow * NANOS_PER_SEC - duration.subsec_nanos();
        i64::try_from(duration.as_secs())
            .ok()
            .and_then(|secs| self.secs.checked_sub(secs)?.checked_sub(i64::from(borrow)))
            .and_then(|secs| Self::checked(secs, nanos))
            .unwrap_or(Self::MIN)
    }

    /// Reads a JSON number (RFC 8259 §6). Returns `None` if the value is not a `NumericDate`.
    ///
    /// Digits beyond the nanosecond are rounded down.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "nanoseconds are below 10⁹, seconds within the bounds of a date"
    )]
    pub(crate) fn from_json_number(text: &str) -> Option<Self> {
        // No early exit, so that a compiler vectorizes it.
        if text.bytes().fold(false, |found, byte| found | (byte | 0x20 == b'e')) {
            return Self::from_secs_f64(text.parse().ok()?);
        }
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let secs: i64 = whole.parse().ok()?;
        let (kept, dropped) = fraction.split_at_checked(9).unwrap_or((fraction, ""));
        let mut nanos = 0_u32;
        let mut unit = NANOS_PER_SEC;
        for digit in kept.bytes() {
            unit /= 10;
            nanos += u32::from(digit - b'0') * unit;
        }
        let rest = dropped.bytes().fold(false, |found, digit| found | (digit != b'0'));
        if negative {
            // For a negative number, rounding down increases the distance from zero: −0.5 is half a second after
            // second −1.
            let nanos = nanos + u32::from(rest);
            let borrow = nanos.div_ceil(NANOS_PER_SEC);
            let secs = secs.checked_neg()?.checked_sub(i64::from(borrow))?;
            return Self::checked(secs, borrow * NANOS_PER_SEC - nanos);
        }
        Self::checked(secs, nanos)
    }

    fn from_secs_f64(value: f64) -> Option<Self> {
        // The bounds are exact in a double, and the comparison also rejects NaN.
        if !(value >= Self::MIN.secs as f64 && value < Self::MAX.secs as f64 + 1.0) {
            return None;
        }
        let truncated = value as i64;
        let secs = truncated.checked_sub(i64::from((truncated as f64) > value))?;
        let nanos = (value - secs as f64) * f64::from(NANOS_PER_SEC);
        Self::checked(secs, (nanos as u32).min(NANOS_PER_SEC - 1))
    }

    fn checked(secs: i64, nanos: u32) -> Option<Self> {
        let date = Self { secs, nanos };
        (Self::MIN <= date && date <= Self::MAX).then_some(date)
    }
}

/// Like [`saturating_add`](NumericDate::saturating_add).
impl Add<Duration> for NumericDate {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        self.saturating_add(duration)
    }
}

/// Like [`saturating_sub`](NumericDate::saturating_sub).
impl Sub<Duration> for NumericDate {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        self.saturating_sub(duration)
    }
}

/// Keeps the fraction. Saturates at the years 0000 and 9999.
#[cfg(feature = "std")]
impl From<std::time::SystemTime> for NumericDate {
    fn from(time: std::time::SystemTime) -> Self {
        match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => Self::default().saturating_add(since),
            Err(before) => Self::default().saturating_sub(before.duration()),
        }
    }
}

/// Writes a JSON number: whole seconds, or a decimal fraction without trailing zeros.
impl fmt::Display for NumericDate {
    #[expect(clippy::arithmetic_side_effects, reason = "nine digits of nanoseconds, not all of them zero")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos == 0 {
            return write!(f, "{}", self.secs);
        }
        // The value of second −1 plus a half is −0.5.
        let (sign, secs, nanos) = if self.secs < 0 {
            ("-", (self.secs + 1).unsigned_abs(), NANOS_PER_SEC - self.nanos)
        } else {
            ("", self.secs.unsigned_abs(), self.nanos)
        };
        let (mut digits, mut width) = (nanos, 9_usize);
        while digits.is_multiple_of(10) {
            digits /= 10;
            width -= 1;
        }
        write!(f, "{sign}{secs}.{digits:0width$}")
    }
}

/// Serializes a fraction through a double, so its nanoseconds are rounded. [`Claims`](crate::Claims) writes and reads
/// dates exactly.
impl Serialize for NumericDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let exact = self.secs as f64 + f64::from(self.nanos) / f64::from(NANOS_PER_SEC);
        // The last fraction of the year 9999 would be rounded up to the year 10000.
        match Self::from_secs_f64(exact) {
            Some(_) if self.nanos != 0 => serializer.serialize_f64(exact),
            _ => serializer.serialize_i64(self.secs),
        }
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // `serde_json::Number` also handles numbers if the feature `arbitrary_precision` is enabled.
        let number = serde_json::Number::deserialize(deserializer)?;
        let date = match number.as_i64() {
            Some(secs) => Self::checked(secs, 0),
            None => number.as_f64().and_then(Self::from_secs_f64),
        };
        date.ok_or_else(|| de::Error::custom("a date outside the years 0000 to 9999"))
    }
}

/// The time source of a policy. A function that returns a date is a clock. A date is a clock, too, one that is
/// stopped.
///
/// ```
/// use jotwell::{Clock, NumericDate};
///
/// assert_eq!(NumericDate::from_secs(7).now().as_secs(), 7);
/// assert_eq!((|| NumericDate::from_secs(8)).now().as_secs(), 8);
/// ```
pub trait Clock: Send + Sync {
    /// Returns the current time.
    fn now(&self) -> NumericDate;
}

impl Clock for NumericDate {
    fn now(&self) -> NumericDate {
        *self
    }
}

impl<F: Fn() -> NumericDate + Send + Sync> Clock for F {
    fn now(&self) -> NumericDate {
        self()
    }
}

impl<C: Clock + ?Sized> Clock for alloc::sync::Arc<C> {
    fn now(&self) -> NumericDate {
        (**self).now()
    }
}

with_system_clock! {
    /// The clock of the operating system, or of the JavaScript host on `wasm32-unknown-unknown` with the feature
    /// `wasm-js`. Without that feature there is no clock on that target, and so nothing that needs it: with an
    /// invented time tokens would be accepted, or valid, forever.
    ///
    /// ```
    /// use jotwell::{Clock, NumericDate, SystemClock};
    /// assert!(SystemClock.now() > NumericDate::from_secs(1_700_000_000));
    /// ```
    #[derive(Clone, Copy, Debug, Default)]
    pub struct SystemClock;
}

#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
impl Clock for SystemClock {
    fn now(&self) -> NumericDate {
        std::time::SystemTime::now().into()
    }
}

// `SystemTime::now` panics on this target.
#[cfg(all(feature = "wasm-js", target_family = "wasm", target_os = "unknown"))]
impl Clock for SystemClock {
    fn now(&self) -> NumericDate {
        // The host's dates end later than a `NumericDate`. A token that is read then has expired.
        NumericDate::from_secs_f64(js_sys::Date::now() / 1000.0).unwrap_or(NumericDate::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn reads_dates_of_rfc_7519_within_the_years_of_rfc_3339() {
        for (text, want) in [
            ("0", Some((0, 0))),
            ("-0", Some((0, 0))),
            ("1300819380", Some((1_300_819_380, 0))),
            ("1300819380.5", Some((1_300_819_380, 500_000_000))),
            ("1.0000000019", Some((1, 1))),
            ("-1", Some((-1, 0))),
            ("-0.5", Some((-1, 500_000_000))),
            ("-0.9999999999", Some((-1, 0))),
            ("1.123456789", Some((1, 123_456_789))),
            ("1.1234567890000000000000", Some((1, 123_456_789))),
            ("-0.5000000000", Some((-1, 500_000_000))),
            ("-0.500000000000000000001", Some((-1, 499_999_999))),
            ("-0.50000000011", Some((-1, 499_999_999))),
            ("1.5e9", Some((1_500_000_000, 0))),
            ("1E-1", Some((0, 100_000_000))),
            ("-1e-1", Some((-1, 900_000_000))),
            ("-1e-20", Some((-1, 999_999_999))),
            ("253402300799", Some((253_402_300_799, 0))),
            ("253402300800", None),
            ("253402300799.9e0", Some((253_402_300_799, 899_993_896))),
            ("1767225600000", None),
            ("-62167219200", Some((-62_167_219_200, 0))),
            ("-62167219201", None),
            ("9223372036854775807", None),
            ("9223372036854775808", None),
            ("-9223372036854775808", None),
            ("18446744073709551616", None),
            ("1e400", None),
            ("-1e400", None),
        ] {
            let date = NumericDate::from_json_number(text);
            assert_eq!(date.map(|date| (date.as_secs(), date.subsec_nanos())), want, "{text}");
        }
    }

    #[test]
    fn prints_what_it_reads() {
        for text in ["0", "-1", "-0.5", "1300819380.25", "-1.000000001", "0.000000001"] {
            let date = NumericDate::from_json_number(text).expect("a date");
            assert_eq!(date.to_string(), text);
        }
    }

    #[test]
    fn arithmetic_stops_at_the_ends() {
        let date = NumericDate::from_secs(10);
        assert_eq!(date.saturating_add(Duration::MAX), NumericDate::MAX);
        assert_eq!(date.saturating_sub(Duration::MAX), NumericDate::MIN);
        assert_eq!(NumericDate::from_secs(i64::MAX).as_secs(), NumericDate::MAX.as_secs());
        assert_eq!(NumericDate::from_secs(i64::MIN), NumericDate::MIN);
        let later = date.saturating_add(Duration::new(1, 999_999_999)).saturating_add(Duration::new(0, 1));
        assert_eq!((later.as_secs(), later.subsec_nanos()), (12, 0));
        assert_eq!(later.saturating_sub(Duration::new(1, 1)), NumericDate { secs: 10, nanos: 999_999_999 });
        assert_eq!(later.saturating_since(date), Duration::from_secs(2));
        assert_eq!(
            later.saturating_sub(Duration::new(0, 1)).saturating_since(date),
            Duration::new(1, 999_999_999)
        );
        assert_eq!(date.saturating_since(later), Duration::ZERO);
        assert_eq!(date.saturating_sub(Duration::from_secs(3)), NumericDate::from_secs(7));
    }

    #[test]
    fn whole_seconds_are_written_as_integers() {
        assert_eq!(serde_json::to_string(&NumericDate::from_secs(5)).expect("JSON"), "5");
        let half = NumericDate::from_secs(5).saturating_add(Duration::from_millis(500));
        assert_eq!(serde_json::to_string(&half).expect("JSON"), "5.5");
    }
}
