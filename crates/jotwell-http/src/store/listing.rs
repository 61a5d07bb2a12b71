//! Selects the sessions of a listing.

use std::borrow::Borrow;

use super::start::name;
use super::{SessionRecord, StoreId};

impl SessionRecord {
    /// The maximum number of sessions in a [listing](super::Store::sessions_of): 100.
    pub const MAX_LISTED: usize = 100;

    /// Returns the newest of a subject's sessions that are [alive](Self::is_alive), at most
    /// [`MAX_LISTED`](Self::MAX_LISTED), ordered by start with the latest first, and within the same millisecond by
    /// name as base64url, descending.
    pub fn newest<R: Borrow<Self>>(alive: impl Iterator<Item = (StoreId, R)>) -> Vec<(StoreId, R)> {
        let mut newest = Vec::new();
        for (id, session) in alive {
            newest.push(((session.borrow().started_at, name(id)), id, session));
            // A subject may have any number of sessions, so only a few are in memory at once.
            if newest.len() >= Self::MAX_LISTED.saturating_mul(2) {
                cut(&mut newest);
            }
        }
        cut(&mut newest);
        newest.into_iter().map(|(_, id, session)| (id, session)).collect()
    }
}

fn cut<K: Ord, R>(sessions: &mut Vec<(K, StoreId, R)>) {
    sessions.sort_unstable_by(|(one, ..), (other, ..)| other.cmp(one));
    sessions.truncate(SessionRecord::MAX_LISTED);
}
