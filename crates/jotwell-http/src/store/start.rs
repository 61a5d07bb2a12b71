//! What else happens when a session begins.

use std::num::NonZeroU32;

use super::{SessionRecord, StoreId};

/// Which sessions end when one begins: in the same step, and only if it begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionStart {
    /// A session that ends, whosever it is: the one that the new session takes the place of, in a browser's cookie say.
    pub replaces: Option<StoreId>,
    /// How many sessions a subject has at most, with the new one. The oldest end. `None` for any number.
    pub limit: Option<NonZeroU32>,
}

impl SessionStart {
    /// Returns which sessions end so that one more fits, given those of its subject that are
    /// [alive](SessionRecord::is_alive): those that started first, and of several in one millisecond those whose names come
    /// first as base64url.
    #[must_use]
    pub fn displaced<'a>(&self, alive: impl Iterator<Item = (StoreId, &'a SessionRecord)>) -> Vec<StoreId> {
        let Some(limit) = self.limit else { return Vec::new() };
        let mut alive: Vec<_> = alive.map(|(id, session)| (session.started_at, name(id), id)).collect();
        alive.sort_unstable();
        let room = usize::try_from(limit.get().saturating_sub(1)).unwrap_or(usize::MAX);
        let too_many = alive.len().saturating_sub(room);
        alive.into_iter().take(too_many).map(|(_, _, id)| id).collect()
    }
}

/// As a script of Redis sees it.
pub(super) fn name(id: StoreId) -> String {
    jotwell::base64url::encode(id.as_bytes())
}
