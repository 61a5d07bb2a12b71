//! The names of an object's members, none of them twice.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;

use super::string::Str;

/// The names that an object has had so far. The first few are compared one by one, without
/// allocation, and hardly ever: each sets one of 64 bits, and a name whose bit is not set is new. A
/// header or payload of thousands of members costs n log n.
#[derive(Default)]
pub(super) struct Names<'a> {
    /// As they stand in the text.
    few: [&'a str; FEW],
    /// Which of them are escaped, a bit for each.
    escaped: u32,
    count: usize,
    bits: u64,
    many: BTreeSet<Cow<'a, str>>,
}

const FEW: usize = 16;

impl<'a> Names<'a> {
    /// Whether `name` is new.
    #[inline(always)]
    pub(super) fn insert(&mut self, name: Str<'a>) -> bool {
        let bit = 1 << name.bucket();
        if self.bits & bit != 0 && self.is_among_few(name) {
            return false;
        }
        self.bits |= bit;
        match self.few.get_mut(self.count) {
            Some(slot) => {
                let (Str::Plain(raw) | Str::Escaped(raw)) = name;
                *slot = raw;
                self.escaped |= u32::from(matches!(name, Str::Escaped(_))) << self.count;
                self.count = self.count.wrapping_add(1);
                true
            }
            None => self.many.insert(name.to_cow()),
        }
    }

    #[cold]
    fn is_among_few(&self, name: Str<'a>) -> bool {
        self.few.iter().take(self.count).enumerate().any(|(index, raw)| match self.escaped >> index & 1 {
            0 => Str::Plain(raw) == name,
            _ => Str::Escaped(raw) == name,
        })
    }
}
