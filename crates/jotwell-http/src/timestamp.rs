//! Times in a store.

use std::time::Duration;

use jotwell::NumericDate;

/// A time in a store: whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// The tolerated clock difference of the machines that issue and verify access tokens. Sessions and their revocations
/// do not depend on it: they are ordered by [`Sequence`](crate::store::Sequence).
pub(crate) const SKEW: Duration = Duration::from_secs(2);

impl Timestamp {
    /// Creates the time that is this many milliseconds after the beginning of 1970.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since the beginning of 1970.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Returns a later time, or the maximum if that would be exceeded.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    /// Returns how long after `earlier` this is, or zero if it is not.
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// Rounds down to milliseconds. Dates before 1970 become its beginning.
impl From<NumericDate> for Timestamp {
    fn from(date: NumericDate) -> Self {
        let seconds = u64::try_from(date.as_secs()).unwrap_or(0);
        let millis = if date.as_secs() < 0 { 0 } else { date.subsec_nanos() / 1_000_000 };
        Self(seconds.saturating_mul(1000).saturating_add(u64::from(millis)))
    }
}

/// The largest times become [`NumericDate::MAX`].
impl From<Timestamp> for NumericDate {
    fn from(moment: Timestamp) -> Self {
        Self::default().saturating_add(Duration::from_millis(moment.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_rounded_down_to_milliseconds() {
        let date = NumericDate::from_secs(7).saturating_add(Duration::from_nanos(123_999_999));
        assert_eq!(Timestamp::from(date), Timestamp::from_millis(7_123));
        assert_eq!(Timestamp::from(NumericDate::from_secs(-1)), Timestamp::from_millis(0));
        assert_eq!(Timestamp::from(NumericDate::MIN), Timestamp::default());
        // Half a second after the beginning of 1970, and before it.
        let half = Duration::from_millis(500);
        assert_eq!(Timestamp::from(NumericDate::default().saturating_add(half)), Timestamp::from_millis(500));
        assert_eq!(Timestamp::from(NumericDate::default().saturating_sub(half)), Timestamp::from_millis(0));
        assert_eq!(
            NumericDate::from(Timestamp::from_millis(7_123)),
            NumericDate::from_secs(7).saturating_add(Duration::from_millis(123))
        );
        assert_eq!(NumericDate::from(Timestamp::from_millis(u64::MAX)), NumericDate::MAX);
    }
}
