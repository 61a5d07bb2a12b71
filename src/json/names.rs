//! The names of an object's members, none of them twice.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;

use super::string::Str;

/// The names that an object has had so far. The first few are compared one by one, without
/// allocation, and hardly ever: each sets one of 64 bits, and a name whose bit is not set is new. A
/// header or payload of thousands of members costs n log n.
#[derive(Default)]
pub(super) struct Names<'a> {
    few: [Str<'a>; FEW],
    count: usize,
    bits: u64,
    many: BTreeSet<Cow<'a, str>>,
}

const FEW: usize = 16;

impl<'a> Names<'a> {
    /// Whether `name` is new.
    #[inline]
    pub(super) fn insert(&mut self, name: Str<'a>) -> bool {
        let bit = 1 << name.bucket();
        let certainly_new = self.bits & bit == 0;
        self.bits |= bit;
        match self.few.get_mut(self.count) {
            Some(slot) if certainly_new => {
                *slot = name;
                self.count = self.count.wrapping_add(1);
                true
            }
            _ => self.insert_compared(name),
        }
    }

    fn insert_compared(&mut self, name: Str<'a>) -> bool {
        if self.few.iter().take(self.count).any(|other| *other == name) {
            return false;
        }
        match self.few.get_mut(self.count) {
            Some(slot) => {
                *slot = name;
                self.count = self.count.wrapping_add(1);
                true
            }
            None => self.many.insert(name.to_cow()),
        }
    }
}
