//! Conversions from and to the dates of other libraries, each in the feature with the library's name.
//!
//! A conversion to a [`NumericDate`] keeps the fraction. A date beyond its range is an error: a token that never
//! expires is a mistake that should be noticed when it is issued.

use core::fmt;

use super::NumericDate;

/// A date is outside the range of the type that it is converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DateRangeError;

impl fmt::Display for DateRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the date is outside the range of the other type; a NumericDate has the years 0000 to 9999",
        )
    }
}

impl core::error::Error for DateRangeError {}

#[cfg(feature = "chrono")]
impl<Z: chrono::TimeZone> TryFrom<chrono::DateTime<Z>> for NumericDate {
    type Error = DateRangeError;

    fn try_from(date: chrono::DateTime<Z>) -> Result<Self, DateRangeError> {
        // A leap second is converted to the end of the second before it.
        let nanos = date.timestamp_subsec_nanos().min(999_999_999);
        Self::checked(date.timestamp(), nanos).ok_or(DateRangeError)
    }
}

#[cfg(feature = "chrono")]
impl From<NumericDate> for chrono::DateTime<chrono::Utc> {
    fn from(date: NumericDate) -> Self {
        Self::from_timestamp(date.as_secs(), date.subsec_nanos()).expect("chrono has the years 0000 to 9999")
    }
}

#[cfg(feature = "time")]
impl TryFrom<time::OffsetDateTime> for NumericDate {
    type Error = DateRangeError;

    fn try_from(date: time::OffsetDateTime) -> Result<Self, DateRangeError> {
        Self::checked(date.unix_timestamp(), date.nanosecond()).ok_or(DateRangeError)
    }
}

#[cfg(feature = "time")]
impl From<NumericDate> for time::OffsetDateTime {
    fn from(date: NumericDate) -> Self {
        let whole = Self::from_unix_timestamp(date.as_secs()).expect("time has the years 0000 to 9999");
        whole.replace_nanosecond(date.subsec_nanos()).expect("below 10⁹")
    }
}

#[cfg(feature = "jiff")]
impl TryFrom<jiff::Timestamp> for NumericDate {
    type Error = DateRangeError;

    fn try_from(date: jiff::Timestamp) -> Result<Self, DateRangeError> {
        // For dates before the epoch jiff's fraction is negative.
        let whole = date.as_second();
        match u32::try_from(date.subsec_nanosecond()) {
            Ok(nanos) => Self::checked(whole, nanos),
            Err(_) => {
                let nanos = date.subsec_nanosecond().checked_add(1_000_000_000).map(i32::cast_unsigned);
                whole.checked_sub(1).zip(nanos).and_then(|(secs, nanos)| Self::checked(secs, nanos))
            }
        }
        .ok_or(DateRangeError)
    }
}

/// The last hours of the year 9999 are beyond the range of [`jiff::Timestamp`].
#[cfg(feature = "jiff")]
impl TryFrom<NumericDate> for jiff::Timestamp {
    type Error = DateRangeError;

    fn try_from(date: NumericDate) -> Result<Self, DateRangeError> {
        Self::new(date.as_secs(), date.subsec_nanos().cast_signed()).map_err(|_| DateRangeError)
    }
}

#[cfg(all(test, feature = "chrono", feature = "time", feature = "jiff"))]
mod tests {
    use super::*;

    fn date(secs: i64, nanos: u32) -> NumericDate {
        NumericDate::checked(secs, nanos).expect("a date")
    }

    #[test]
    fn dates_survive_the_way_there_and_back() {
        for date in [
            date(0, 0),
            date(1_800_000_000, 0),
            date(1_800_000_000, 123_456_789),
            date(-1, 500_000_000),
            date(-62_167_219_200, 0),
            date(253_402_207_200, 999_999_999),
        ] {
            let chrono = chrono::DateTime::<chrono::Utc>::from(date);
            assert_eq!((chrono.timestamp(), NumericDate::try_from(chrono)), (date.as_secs(), Ok(date)));
            let time = time::OffsetDateTime::from(date);
            assert_eq!((time.unix_timestamp(), NumericDate::try_from(time)), (date.as_secs(), Ok(date)));
            let jiff = jiff::Timestamp::try_from(date).expect("in range");
            assert_eq!(NumericDate::try_from(jiff), Ok(date));
        }
        let ends = [NumericDate::MIN, NumericDate::MAX];
        assert_eq!(ends.map(|end| NumericDate::try_from(chrono::DateTime::from(end))), ends.map(Ok));
        assert_eq!(ends.map(|end| NumericDate::try_from(time::OffsetDateTime::from(end))), ends.map(Ok));
    }

    /// The greatest date of chrono is used as "never" by several services.
    #[test]
    fn dates_out_of_range_are_errors() {
        assert_eq!(NumericDate::try_from(chrono::DateTime::<chrono::Utc>::MAX_UTC), Err(DateRangeError));
        assert_eq!(NumericDate::try_from(chrono::DateTime::<chrono::Utc>::MIN_UTC), Err(DateRangeError));
        let before = time::OffsetDateTime::from(NumericDate::MIN) - time::Duration::nanoseconds(1);
        assert_eq!(NumericDate::try_from(before), Err(DateRangeError));
        assert_eq!(NumericDate::try_from(jiff::Timestamp::MIN), Err(DateRangeError));
        assert_eq!(jiff::Timestamp::try_from(NumericDate::MAX), Err(DateRangeError));
    }
}
