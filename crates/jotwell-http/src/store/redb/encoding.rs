//! A session as bytes: a version, then fixed widths. Anything that does not match exactly is corrupt.

use crate::store::{Previous, Sequence, SessionRecord, StoreError, StoreId, Timestamp, TokenHash};

const VERSION: u8 = 2;
const FIRST_TOKEN: u8 = 0;
const LATER_TOKEN: u8 = 1;
const CORRUPT: StoreError = StoreError::Corrupt { what: "a session" };

/// Version, subject, position and time of its begin, end, current token, whether there was a previous one (then that
/// one, its copy, the salt, when it was exchanged, and its forks), data to the end.
pub(super) fn to_bytes(session: &SessionRecord) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(session.data.len().saturating_add(192));
    bytes.push(VERSION);
    bytes.extend_from_slice(session.subject.as_bytes());
    bytes.extend_from_slice(&session.began.as_number().to_be_bytes());
    bytes.extend_from_slice(&session.started_at.as_millis().to_be_bytes());
    bytes.extend_from_slice(&session.expires_at.as_millis().to_be_bytes());
    bytes.extend_from_slice(session.current.as_bytes());
    match &session.previous {
        None => bytes.push(FIRST_TOKEN),
        Some(previous) => {
            bytes.push(LATER_TOKEN);
            bytes.extend_from_slice(previous.token.as_bytes());
            bytes.extend_from_slice(previous.copy.as_bytes());
            bytes.extend_from_slice(&previous.salt);
            bytes.extend_from_slice(&previous.exchanged_at.as_millis().to_be_bytes());
            bytes.extend_from_slice(&[u8::from(previous.is_forked), previous.forks_before]);
        }
    }
    bytes.extend_from_slice(&session.data);
    bytes
}

pub(super) fn from_bytes(bytes: &[u8]) -> Result<SessionRecord, StoreError> {
    let mut rest = Rest(bytes);
    let [VERSION] = rest.take()? else { return Err(CORRUPT) };
    let subject = StoreId::from_bytes(rest.take()?);
    let began = Sequence::from_number(rest.number()?);
    let started_at = rest.moment()?;
    let expires_at = rest.moment()?;
    let current = TokenHash::from_bytes(rest.take()?);
    let previous = match rest.take()? {
        [FIRST_TOKEN] => None,
        [LATER_TOKEN] => Some(Previous {
            token: TokenHash::from_bytes(rest.take()?),
            copy: TokenHash::from_bytes(rest.take()?),
            salt: rest.take()?,
            exchanged_at: rest.moment()?,
            is_forked: match rest.take()? {
                [0] => false,
                [1] => true,
                _ => return Err(CORRUPT),
            },
            forks_before: rest.take::<1>().map(|[forks]| forks)?,
        }),
        _ => return Err(CORRUPT),
    };
    if rest.0.len() > SessionRecord::MAX_DATA {
        return Err(CORRUPT);
    }
    Ok(SessionRecord { subject, began, started_at, expires_at, current, previous, data: rest.0.to_vec() })
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(CORRUPT)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn number(&mut self) -> Result<u64, StoreError> {
        Ok(u64::from_be_bytes(self.take()?))
    }

    fn moment(&mut self) -> Result<Timestamp, StoreError> {
        self.number().map(Timestamp::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(previous: bool, data: usize) -> SessionRecord {
        let before = Previous {
            token: TokenHash::from_bytes([3; 32]),
            copy: TokenHash::from_bytes([5; 32]),
            salt: [4; 32],
            exchanged_at: Timestamp::from_millis(u64::MAX),
            is_forked: true,
            forks_before: 6,
        };
        SessionRecord {
            subject: StoreId::from_bytes([1; 32]),
            began: Sequence::from_number(0x1112_1314_1516_1718),
            started_at: Timestamp::from_millis(0x0102_0304_0506_0708),
            expires_at: Timestamp::from_millis(9),
            current: TokenHash::from_bytes([2; 32]),
            previous: previous.then_some(before),
            data: vec![7; data],
        }
    }

    #[test]
    fn a_session_is_restored_unchanged() {
        for previous in [false, true] {
            for data in [0, 1, 8 * 1024] {
                let session = session(previous, data);
                assert_eq!(from_bytes(&to_bytes(&session)).unwrap(), session);
            }
        }
    }

    /// A file outlives a version of this crate: the layout must not change.
    #[test]
    fn the_layout_is_fixed() {
        let mut bytes = vec![2];
        bytes.extend([1; 32]);
        bytes.extend([0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]);
        bytes.extend([1, 2, 3, 4, 5, 6, 7, 8]);
        bytes.extend([0, 0, 0, 0, 0, 0, 0, 9]);
        bytes.extend([2; 32]);
        bytes.push(1);
        bytes.extend([3; 32]);
        bytes.extend([5; 32]);
        bytes.extend([4; 32]);
        bytes.extend([0xff; 8]);
        bytes.extend([1, 6]);
        bytes.push(7);
        assert_eq!(to_bytes(&session(true, 1)), bytes);
    }

    #[test]
    fn other_bytes_are_corrupt() {
        for previous in [false, true] {
            let bytes = to_bytes(&session(previous, 0));
            for length in 0..bytes.len() {
                let cut = from_bytes(&bytes[..length]);
                assert!(matches!(cut, Err(StoreError::Corrupt { .. })), "{length} bytes");
            }
            let forked = if previous { 194 } else { 0 };
            for (place, value) in [(0, 0), (0, 1), (0, 3), (89, 2), (forked, 3)] {
                let mut bytes = bytes.clone();
                bytes[place] = value;
                assert!(matches!(from_bytes(&bytes), Err(StoreError::Corrupt { .. })), "{place}: {value}");
            }
        }
        let long = to_bytes(&session(true, 8 * 1024 + 1));
        assert!(matches!(from_bytes(&long), Err(StoreError::Corrupt { .. })));
    }
}
