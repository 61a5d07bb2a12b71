//! A session out of the fields that the scripts keep it in.

use crate::store::{Previous, SessionRecord, StoreId, Timestamp, TokenHash};

pub(super) const FIELDS: [&str; 8] =
    ["subject", "started_at", "expires_at", "current", "data", "previous", "salt", "exchanged_at"];

/// Of each of [`FIELDS`], what is there. `None` where that is no session.
pub(super) fn record(fields: Vec<Option<Vec<u8>>>) -> Option<SessionRecord> {
    let [subject, started_at, expires_at, current, data, previous, salt, exchanged_at] =
        fields.try_into().ok()?;
    let previous = match previous {
        Some(token) => Some(Previous {
            token: TokenHash::from_bytes(bytes(token)?),
            salt: bytes(salt?)?,
            exchanged_at: moment(&exchanged_at?)?,
        }),
        None => None,
    };
    Some(SessionRecord {
        subject: StoreId::from_bytes(bytes(jotwell::base64url::decode(&subject?).ok()?)?),
        started_at: moment(&started_at?)?,
        expires_at: moment(&expires_at?)?,
        current: TokenHash::from_bytes(bytes(current?)?),
        previous,
        data: data?,
    })
}

fn bytes(field: Vec<u8>) -> Option<[u8; 32]> {
    field.try_into().ok()
}

fn moment(field: &[u8]) -> Option<Timestamp> {
    Some(Timestamp::from_millis(std::str::from_utf8(field).ok()?.parse().ok()?))
}
