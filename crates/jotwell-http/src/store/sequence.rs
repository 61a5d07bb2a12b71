//! The order of revocations in a store.

use super::Timestamp;

/// A position in the order in which a store revokes subjects.
///
/// A store has one such number. Each revocation of a subject increases it, so a login that began at one position is
/// older than each revocation at a greater one, independently of clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(u64);

impl Sequence {
    /// The largest number that is exact in a Redis script.
    pub(crate) const LAST: u64 = (1 << 53) - 1;
    /// The largest time that counts. Clocks cannot use up the numbers: as many remain after it.
    pub(crate) const LAST_MOMENT: u64 = Self::LAST / 2;

    /// Creates a position from [its number](Self::as_number).
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Returns the position as a number.
    #[must_use]
    pub const fn as_number(self) -> u64 {
        self.0
    }

    /// Returns the position after this one: the next number, or the current time in milliseconds since 1970 if that is
    /// greater.
    ///
    /// While the store keeps what it wrote, the clock is not needed for the order. It helps a store that has lost its
    /// last writes: a revocation after the loss still gets a greater number than the lost ones, because time has
    /// passed.
    #[must_use]
    pub fn next(self, now: Timestamp) -> Self {
        let moment = now.as_millis().min(Self::LAST_MOMENT);
        Self(self.0.saturating_add(1).max(moment).min(Self::LAST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(number: u64, now: u64) -> u64 {
        Sequence::from_number(number).next(Timestamp::from_millis(now)).as_number()
    }

    #[test]
    fn it_never_decreases_and_follows_a_clock_that_is_ahead() {
        assert_eq!(next(0, 0), 1);
        assert_eq!(next(7, 1_000), 1_000);
        assert_eq!(next(1_000, 1_000), 1_001);
        assert_eq!(next(1_001, 999), 1_002);
    }

    #[test]
    fn the_largest_time_leaves_numbers() {
        let last = next(0, u64::MAX);
        assert!(next(last, u64::MAX) > last);
        assert_eq!(next(Sequence::LAST, u64::MAX), Sequence::LAST);
    }
}
