//! Reads a session from the fields of its hash.

use std::str::FromStr;

use crate::store::{Previous, Sequence, SessionRecord, StoreId, Timestamp, TokenHash};

pub(super) const FIELDS: [&str; 12] = [
    "subject",
    "began",
    "started_at",
    "expires_at",
    "current",
    "data",
    "previous",
    "copy",
    "salt",
    "exchanged_at",
    "is_forked",
    "forks_before",
];

/// Reads the values of [`FIELDS`]. `None` if they are not a session.
pub(super) fn record(fields: Vec<Option<Vec<u8>>>) -> Option<SessionRecord> {
    let [
        subject,
        began,
        started_at,
        expires_at,
        current,
        data,
        previous,
        copy,
        salt,
        exchanged_at,
        is_forked,
        forks_before,
    ] = fields.try_into().ok()?;
    let previous = match previous {
        Some(token) => Some(Previous {
            token: TokenHash::from_bytes(bytes(token)?),
            copy: TokenHash::from_bytes(bytes(copy?)?),
            salt: bytes(salt?)?,
            exchanged_at: moment(&exchanged_at?)?,
            is_forked: match is_forked?.as_slice() {
                b"0" => false,
                b"1" => true,
                _ => return None,
            },
            forks_before: number(&forks_before?)?,
        }),
        None => None,
    };
    Some(SessionRecord {
        subject: id(&subject?)?,
        began: Sequence::from_number(number(&began?)?),
        started_at: moment(&started_at?)?,
        expires_at: moment(&expires_at?)?,
        current: TokenHash::from_bytes(bytes(current?)?),
        previous,
        data: data?,
    })
}

/// Parses a name as it appears in keys and indexes.
pub(super) fn id(name: impl AsRef<[u8]>) -> Option<StoreId> {
    jotwell::base64url::decode(name).ok().and_then(bytes).map(StoreId::from_bytes)
}

fn bytes(field: Vec<u8>) -> Option<[u8; 32]> {
    field.try_into().ok()
}

fn moment(field: &[u8]) -> Option<Timestamp> {
    number(field).map(Timestamp::from_millis)
}

fn number<N: FromStr>(field: &[u8]) -> Option<N> {
    std::str::from_utf8(field).ok()?.parse().ok()
}
