//! The names of an object's members, without duplicates.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::string::{Str, leading};

/// The names that an object has had so far. The first few are compared one by one, without allocation. Most
/// comparisons are skipped: each name sets one of 64 bits, and a name whose bit is not set is new.
#[derive(Default)]
pub(super) struct Names<'a> {
    few: [&'a str; FEW],
    count: usize,
    bits: u64,
    /// All names, once there are more than a few, or one has an escape. Empty until then.
    many: Vec<Known>,
}

const FEW: usize = 16;

impl<'a> Names<'a> {
    /// Adds a name, which is a part of `text` and has this `value`. Returns false if it is found to be a duplicate at
    /// once. [`repeated`](Self::repeated) finds the other duplicates.
    #[inline(always)]
    #[expect(clippy::arithmetic_side_effects, reason = "at most as many as there are slots")]
    pub(super) fn insert(&mut self, name: Str<'a>, value: &str, text: &'a str) -> bool {
        let (Str::Plain(plain), true) = (name, self.many.is_empty()) else {
            return self.insert_to_many(name, value, text);
        };
        let bit = 1 << bucket(plain.as_bytes());
        if self.bits & bit != 0 && self.is_among_few(plain) {
            return false;
        }
        match self.few.get_mut(self.count) {
            Some(slot) => {
                self.bits |= bit;
                *slot = plain;
                self.count += 1;
                true
            }
            None => self.insert_to_many(name, value, text),
        }
    }

    #[cold]
    fn is_among_few(&self, name: &str) -> bool {
        self.few.iter().take(self.count).any(|known| *known == name)
    }

    #[inline(never)]
    fn insert_to_many(&mut self, name: Str<'a>, value: &str, text: &'a str) -> bool {
        if self.many.is_empty() {
            // The first few names come first, so that the first duplicate in the order of the text is found.
            self.many.reserve(2 * FEW);
            let few = self.few.iter().take(self.count);
            self.many.extend(few.filter_map(|few| Known::new(few, few, text)));
        }
        let (Str::Plain(raw) | Str::Escaped(raw)) = name;
        let Some(known) = Known::new(raw, value, text) else { return false };
        self.many.push(known);
        true
    }

    /// Returns where in `text` the first duplicate name is, once all names have been added.
    #[inline]
    pub(super) fn repeated(&mut self, text: &str) -> Option<usize> {
        if self.many.is_empty() { None } else { self.repeated_of_many(text) }
    }

    #[inline(never)]
    fn repeated_of_many(&mut self, text: &str) -> Option<usize> {
        self.many.sort_unstable();
        // The writer of a token can make all hashes collide: n names then cost at most n log n.
        let alike = self.many.chunk_by(|one, other| one.hash == other.hash).filter(|alike| alike.len() > 1);
        let repeated = alike.filter_map(|alike| {
            let mut values = BTreeSet::new();
            alike.iter().find(|known| !values.insert(known.name(text).map(Str::to_cow)))
        });
        repeated.map(Known::offset).min()
    }
}

/// Returns one of 64 buckets.
#[inline]
fn bucket(name: &[u8]) -> u32 {
    let byte = |at: Option<&u8>| at.copied().map_or(0, u32::from);
    let ends = byte(name.first()).wrapping_mul(5).wrapping_add(byte(name.last()).wrapping_mul(3));
    ends.wrapping_add(name.len() as u32) % 64
}

/// A name, as its hash and its position. An attacker can put a name into every eight bytes of a token, so this takes
/// as little memory as possible. Ordered by hash, then by position.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    hash: u32,
    /// The position after its quotation mark.
    start: u32,
}

impl Known {
    /// Returns `None` for a text longer than any token.
    fn new(raw: &str, value: &str, text: &str) -> Option<Self> {
        let start = raw.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
        Some(Self { hash: hash(value.as_bytes()), start: u32::try_from(start).ok()? })
    }

    #[expect(clippy::arithmetic_side_effects, reason = "a quotation mark precedes the name")]
    fn offset(&self) -> usize {
        self.start as usize - 1
    }

    fn name<'a>(&self, text: &'a str) -> Option<Str<'a>> {
        leading(text.get(self.start as usize..)?)
    }
}

fn hash(name: &[u8]) -> u32 {
    // From the golden ratio: an odd number without a pattern.
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |state: u64, word: u64| {
        let product = (state ^ word).wrapping_mul(FACTOR);
        product ^ product >> 32
    };
    let (words, rest) = name.as_chunks();
    let whole = words.iter().fold(name.len() as u64, |state, word| mix(state, u64::from_le_bytes(*word)));
    mix(whole, rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::format;
    use alloc::string::String;
    use core::ops::Range;

    /// An object with these names, in these spellings.
    struct Object {
        text: String,
        ranges: Vec<Range<usize>>,
    }

    impl Object {
        fn new<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Self {
            let (mut text, mut ranges) = (String::new(), Vec::new());
            for name in names {
                text.push_str(",\"");
                ranges.push(text.len()..text.len() + name.as_ref().len());
                text.push_str(name.as_ref());
                text.push_str("\":0");
            }
            Self { text, ranges }
        }

        fn names(&self) -> impl Iterator<Item = Str<'_>> {
            self.ranges.iter().map(|range| match &self.text[range.clone()] {
                raw if raw.contains('\\') => Str::Escaped(raw),
                name => Str::Plain(name),
            })
        }

        /// The index of the first duplicate name.
        fn first_repeated(&self) -> Option<usize> {
            let mut names = Names::default();
            let seen_at_once = self.names().position(|name| !names.insert(name, &name.to_cow(), &self.text));
            let offset = |range: &Range<usize>| range.start - 1;
            seen_at_once.or_else(|| {
                let repeated = names.repeated(&self.text)?;
                self.ranges.iter().position(|range| offset(range) == repeated)
            })
        }
    }

    fn names(numbers: impl Iterator<Item = usize>) -> Vec<String> {
        numbers.map(|number| format!("{number:x}")).collect()
    }

    #[test]
    fn recognizes_every_name() {
        for count in [1, FEW - 1, FEW, FEW + 1, 2 * FEW, 100] {
            let names = names(0..count);
            assert_eq!(Object::new(&names).first_repeated(), None);
            for again in &names {
                assert_eq!(Object::new(names.iter().chain([again])).first_repeated(), Some(count));
            }
        }
    }

    #[test]
    fn finds_the_first_duplicate() {
        let names = names(0..100);
        let repeated = [&names[..50], &names[40..60], &names[..10], &names[50..]].concat();
        assert_eq!(Object::new(repeated).first_repeated(), Some(50));
    }

    #[test]
    fn a_name_is_not_the_beginning_of_another() {
        for ends in [["", "0"], ["0", ""]] {
            let names = ends.map(|end| (0..100).map(move |number| format!("{number:04}{end}")));
            assert_eq!(Object::new(names.into_iter().flatten()).first_repeated(), None);
        }
    }

    #[test]
    fn few_names_allocate_nothing() {
        let object = Object::new(names(0..FEW));
        let mut names = Names::default();
        assert!(object.names().all(|name| names.insert(name, &name.to_cow(), &object.text)));
        assert_eq!(names.many.capacity(), 0);
    }

    #[test]
    fn registered_names_have_different_buckets() {
        for names in [&["iss", "sub", "aud", "exp", "nbf", "iat", "jti"][..], &["alg", "typ", "kid"]] {
            let places: BTreeSet<_> = names.iter().map(|name| bucket(name.as_bytes())).collect();
            assert_eq!(places.len(), names.len());
            assert!(places.iter().all(|place| *place < 64));
        }
    }

    /// Colliding names would still be distinguished, but slowly.
    #[test]
    fn names_not_chosen_by_an_attacker_rarely_collide() {
        let hashes: BTreeSet<_> = names(0..5000).iter().map(|name| hash(name.as_bytes())).collect();
        assert!(hashes.len() > 4990, "{}", hashes.len());
    }

    /// An attacker can search for such names.
    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn names_that_collide_are_distinguished_by_their_values() {
        let mut alike = BTreeMap::<_, Vec<_>>::new();
        for name in names(0..1 << 19) {
            alike.entry(hash(name.as_bytes())).or_default().push(name);
        }
        let colliding: Vec<_> = alike.into_values().filter(|alike| alike.len() > 1).flatten().collect();
        assert!(colliding.len() > FEW, "{}", colliding.len());
        assert_eq!(Object::new(&colliding).first_repeated(), None);
        for again in &colliding {
            let repeated = Object::new(colliding.iter().chain([again])).first_repeated();
            assert_eq!(repeated, Some(colliding.len()));
        }
    }

    #[test]
    fn a_name_is_recognized_with_escapes_and_without() {
        for count in [1, FEW - 1, FEW, FEW + 1, 100] {
            let plain: Vec<_> = (0..count).map(|number| format!("0{number}")).collect();
            let escaped: Vec<_> = (0..count).map(|number| format!(r"\u0030{number}")).collect();
            for [first, then] in [[&plain, &escaped], [&escaped, &plain], [&escaped, &escaped]] {
                assert_eq!(Object::new(first).first_repeated(), None);
                for again in then {
                    assert_eq!(Object::new(first.iter().chain([again])).first_repeated(), Some(count));
                }
            }
        }
    }

    /// Each way to spell a character, and what could be mistaken for the end of a name or for an escape.
    #[test]
    fn names_are_compared_by_their_values_in_any_spelling() {
        const SPELLINGS: [&str; 16] = [
            "a",
            r"\u0061",
            "n",
            r"\n",
            r"\u000a",
            r"\u000A",
            r"\\",
            r"\u005c",
            r#"\""#,
            r"\u0022",
            ":0,",
            "u0061",
            "\u{e9}",
            r"\u00e9",
            "\u{1f600}",
            r"\ud83d\ude00",
        ];
        let mut state = 1_u32;
        let mut random = |bound: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % bound
        };
        let (mut found, mut at_most) = (0, 0);
        for _ in 0..300 {
            at_most = (at_most + 1) % 40;
            let spelt = |_| (0..1 + random(4)).map(|_| SPELLINGS[random(16)]).collect::<String>();
            let object = Object::new((0..at_most).map(spelt));
            let mut values = BTreeSet::new();
            let repeated = object.names().position(|name| !values.insert(name.to_cow().into_owned()));
            assert_eq!(object.first_repeated(), repeated, "{}", object.text);
            found += usize::from(repeated.is_some());
        }
        assert!((50..250).contains(&found), "{found}");
    }
}
