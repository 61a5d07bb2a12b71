//! The names of an object's members, none of them twice.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;

use super::string::Str;

/// The names that an object has had so far. The first few are compared one by one, without
/// allocation; a header or payload of thousands of members costs n log n.
#[derive(Default)]
pub(super) struct Names<'a> {
    few: [Option<Str<'a>>; FEW],
    count: usize,
    many: BTreeSet<Cow<'a, str>>,
}

const FEW: usize = 16;

impl<'a> Names<'a> {
    /// Whether `name` is new.
    pub(super) fn insert(&mut self, name: Str<'a>) -> bool {
        if self.few.iter().take(self.count).flatten().any(|other| *other == name) {
            return false;
        }
        match self.few.get_mut(self.count) {
            Some(slot) => {
                *slot = Some(name);
                self.count = self.count.wrapping_add(1);
                true
            }
            None => self.many.insert(name.to_cow()),
        }
    }
}
