//! A cache of headers of verified tokens.

use alloc::boxed::Box;
use alloc::sync::Arc;

use super::once_slots::OnceSlots;
use crate::header::Header;

/// The first encoded headers that were verified, each with its parsed form.
///
/// All tokens of one key usually have the same header, byte for byte. Only headers of verified tokens are cached, so
/// an attacker cannot fill the slots. After many key rotations newer headers find no free slot, and are parsed each
/// time.
#[derive(Debug)]
pub(crate) struct HeaderCache<H = Header> {
    slots: OnceSlots<(Box<str>, Arc<H>), SLOTS>,
}

impl<H> Default for HeaderCache<H> {
    fn default() -> Self {
        Self { slots: OnceSlots::default() }
    }
}

const SLOTS: usize = 8;

/// The largest length of an encoded header that is cached, which limits the memory.
const MAX_LENGTH: usize = 512;

impl<H> HeaderCache<H> {
    pub(crate) fn recall(&self, encoded: &str) -> Option<&Arc<H>> {
        self.slots.find(|(known, _)| **known == *encoded).map(|(_, header)| header)
    }

    pub(crate) fn remember(&self, encoded: &str, header: &Arc<H>) {
        if encoded.len() <= MAX_LENGTH && self.recall(encoded).is_none() {
            self.slots.add((Box::from(encoded), header.clone()));
        }
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;
    use crate::algorithm::Algorithm;

    #[test]
    fn a_header_longer_than_the_limit_is_not_cached() {
        let (memo, header) = (HeaderCache::<Header>::default(), Arc::new(Header::new(Algorithm::HS256)));
        for (length, kept) in
            [(1, true), (MAX_LENGTH, true), (MAX_LENGTH + 1, false), (2 * MAX_LENGTH, false)]
        {
            let encoded = "e".repeat(length);
            memo.remember(&encoded, &header);
            assert_eq!(memo.recall(&encoded).is_some(), kept, "{length}");
        }
    }
}
