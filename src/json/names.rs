//! The names of an object's members, none of them twice.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;
use core::mem;

use super::string::Str;

/// The names that an object has had so far. The first few are compared one by one, without
/// allocation, and hardly ever: each sets one of 64 bits, and a name whose bit is not set is new.
#[derive(Default)]
pub(super) struct Names<'a> {
    few: [&'a str; FEW],
    count: usize,
    bits: u64,
    /// Those that come after the first few, or after one with an escape.
    further: Option<Box<Further<'a>>>,
}

const FEW: usize = 16;

impl<'a> Names<'a> {
    /// Whether `name` is new, which stands in `text`.
    #[inline(always)]
    pub(super) fn insert(&mut self, name: Str<'a>, text: &'a str) -> bool {
        let Str::Plain(name) = name else {
            return self.insert_escaped(&name.to_cow(), text);
        };
        let bit = 1 << bucket(name.as_bytes());
        if self.bits & bit != 0 && self.is_among_few(name) {
            return false;
        }
        match self.few.get_mut(self.count) {
            Some(slot) if self.further.is_none() => {
                self.bits |= bit;
                *slot = name;
                self.count = self.count.wrapping_add(1);
                true
            }
            _ => self.further.get_or_insert_default().insert(name, text),
        }
    }

    #[cold]
    fn is_among_few(&self, name: &str) -> bool {
        self.few.iter().take(self.count).any(|known| *known == name)
    }

    #[cold]
    fn insert_escaped(&mut self, name: &str, text: &'a str) -> bool {
        !self.is_among_few(name) && self.further.get_or_insert_default().insert_escaped(name, text)
    }
}

/// One of 64 places.
#[inline]
fn bucket(name: &[u8]) -> u32 {
    let byte = |at: Option<&u8>| at.copied().map_or(0, u32::from);
    let ends = byte(name.first()).wrapping_mul(5).wrapping_add(byte(name.last()).wrapping_mul(3));
    ends.wrapping_add(name.len() as u32) % 64
}

/// Any number of names, found by their hashes. Whoever writes a token knows the hash and can make
/// names collide, so a name that finds no place after some steps goes into a tree: of whatever
/// names, n cost n log n at most. And whoever writes a token can give a name to every ten of its
/// bytes, so a name takes no more memory than it must: it is known by where it begins.
#[derive(Default)]
struct Further<'a> {
    /// Where names begin in the text, from 1, at the place that their hash says or up to [`STEPS`]
    /// behind it; 0 where there is none. A power of two in number, and at least twice as many as names.
    places: Vec<u32>,
    taken: usize,
    without_place: BTreeSet<&'a str>,
    escaped: BTreeSet<Box<str>>,
}

const STEPS: usize = 8;

impl<'a> Further<'a> {
    /// Whether `name` is new.
    fn insert(&mut self, name: &'a str, text: &'a str) -> bool {
        if self.escaped.contains(name) || self.without_place.contains(name) {
            return false;
        }
        if self.taken >= self.places.len() / 2 {
            self.grow(text);
        }
        self.place(name, text)
    }

    /// Whether `name` is new, which stands in the text with escapes.
    fn insert_escaped(&mut self, name: &str, text: &str) -> bool {
        !self.without_place.contains(name) && !self.has_place(name, text) && self.escaped.insert(name.into())
    }

    fn has_place(&self, name: &str, text: &str) -> bool {
        let places = steps(name, self.places.len()).filter_map(|place| self.places.get(place));
        places.take_while(|start| **start != 0).any(|start| begins(text, *start, name))
    }

    fn place(&mut self, name: &'a str, text: &'a str) -> bool {
        let start = start(text, name);
        for place in steps(name, self.places.len()) {
            let (Some(place), Some(start)) = (self.places.get_mut(place), start) else { break };
            if *place == 0 {
                *place = start;
                self.taken = self.taken.saturating_add(1);
                return true;
            }
            if begins(text, *place, name) {
                return false;
            }
        }
        self.without_place.insert(name)
    }

    fn grow(&mut self, text: &'a str) {
        let places = vec![0; self.places.len().saturating_mul(2).max(64)];
        self.taken = 0;
        for start in mem::replace(&mut self.places, places).into_iter().filter(|start| *start != 0) {
            let name = text.get(index(start)..).and_then(|rest| rest.split('"').next());
            name.map(|name| self.place(name, text));
        }
    }
}

/// Where a name without escapes begins in the text that it is a piece of, from 1. None in what is longer than
/// any token.
fn start(text: &str, name: &str) -> Option<u32> {
    let offset = name.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let start = u32::try_from(offset).ok()?.checked_add(1)?;
    begins(text, start, name).then_some(start)
}

fn index(start: u32) -> usize {
    start.saturating_sub(1) as usize
}

/// Whether the name that begins there is this one. It has no quotation mark, so there it ends.
fn begins(text: &str, start: u32, name: &str) -> bool {
    let rest = text.as_bytes().get(index(start)..).and_then(|rest| rest.strip_prefix(name.as_bytes()));
    rest.is_some_and(|rest| rest.first() == Some(&b'"'))
}

/// Where a name may stand, among as many places, which are a power of two.
fn steps(name: &str, places: usize) -> impl Iterator<Item = usize> + use<> {
    let (first, mask) = (hash(name.as_bytes()) as usize, places.wrapping_sub(1));
    (0..STEPS).map(move |step| first.wrapping_add(step) & mask)
}

fn hash(name: &[u8]) -> u64 {
    // The golden ratio's digits: an odd number without a pattern.
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |state: u64, word: u64| {
        let product = (state ^ word).wrapping_mul(FACTOR);
        product ^ product >> 32
    };
    let (words, rest) = name.as_chunks();
    let whole = words.iter().fold(name.len() as u64, |state, word| mix(state, u64::from_le_bytes(*word)));
    mix(whole, rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;
    use core::ops::Range;

    /// An object with these names, as they are found in it.
    struct Object {
        text: String,
        ranges: Vec<Range<usize>>,
    }

    impl Object {
        fn new(names: &[String]) -> Self {
            let (mut text, mut ranges) = (String::new(), Vec::new());
            for name in names {
                text.push_str(",\"");
                ranges.push(text.len()..text.len() + name.len());
                text.push_str(name);
                text.push_str("\":0");
            }
            Self { text, ranges }
        }

        /// How many are new.
        fn insert_into<'a>(&'a self, names: &mut Names<'a>) -> usize {
            let name = |range: &Range<usize>| Str::Plain(&self.text[range.clone()]);
            self.ranges.iter().filter(|range| names.insert(name(range), &self.text)).count()
        }
    }

    fn names(numbers: impl Iterator<Item = u64>) -> Vec<String> {
        numbers.map(|number| format!("{number:x}")).collect()
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn knows_every_name_again() {
        for count in [1, FEW, FEW + 1, FEW + 32, FEW + 33, 1000, 5000] {
            let object = Object::new(&names(0..count as u64));
            let mut names = Names::default();
            assert_eq!(object.insert_into(&mut names), count);
            assert_eq!(object.insert_into(&mut names), 0);
        }
    }

    #[test]
    fn a_name_is_not_the_beginning_of_another() {
        let of = |ends: [&str; 2]| {
            ends.map(|end| (0..100).map(|n| format!("{n:04}{end}")).collect::<Vec<_>>()).concat()
        };
        for ends in [["", "0"], ["0", ""]] {
            let object = Object::new(&of(ends));
            assert_eq!(object.insert_into(&mut Names::default()), 200);
        }
    }

    /// Otherwise they would still be told apart, and slowly.
    #[test]
    fn the_first_few_are_compared_and_others_found_by_their_hashes() {
        let all = Object::new(&(0..FEW + 500).map(|number| format!("number {number}")).collect::<Vec<_>>());
        let mut names = Names::default();
        assert_eq!(all.insert_into(&mut names), FEW + 500);
        assert_eq!(names.count, FEW);
        let further = names.further.expect("further names");
        // A few may crowd each other out.
        assert!(further.without_place.len() < 10 && further.taken + further.without_place.len() == 500);
        assert_eq!(further.places.len(), 1024);
        // Each start stands once, where its name's hash says or a little behind.
        let starts = all.ranges[FEW..]
            .iter()
            .filter(|range| further.has_place(&all.text[(*range).clone()], &all.text));
        assert_eq!(starts.count(), further.taken);
        assert_eq!(further.places.iter().filter(|start| **start != 0).count(), further.taken);
    }

    #[test]
    fn registered_names_have_places_of_their_own() {
        for names in [&["iss", "sub", "aud", "exp", "nbf", "iat", "jti"][..], &["alg", "typ", "kid"]] {
            let places: BTreeSet<_> = names.iter().map(|name| bucket(name.as_bytes())).collect();
            assert_eq!(places.len(), names.len());
            assert!(places.iter().all(|place| *place < 64));
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn names_that_collide_are_told_apart_in_the_tree() {
        let collides = |name: &String| hash(name.as_bytes()).is_multiple_of(1024);
        let all: Vec<_> = names(0..1 << 20).into_iter().filter(collides).take(200).collect();
        let object = Object::new(&all);
        let mut names = Names::default();
        assert_eq!(object.insert_into(&mut names), 200);
        assert_eq!(object.insert_into(&mut names), 0);
        let further = names.further.expect("further names");
        assert!(further.without_place.len() > 100 && further.taken < 100, "{}", further.taken);
    }

    #[test]
    #[cfg_attr(miri, ignore = "minutes under Miri")]
    fn knows_names_of_the_tree_again_when_there_are_more_places() {
        let collides = |name: &String| hash(name.as_bytes()).is_multiple_of(64);
        let few = (0..FEW).map(|number| format!("few {number}"));
        let colliding = names(0..1 << 16).into_iter().filter(collides).take(20);
        let more = (0..200).map(|number| format!("more {number}"));
        let object = Object::new(&few.chain(colliding).chain(more).collect::<Vec<_>>());
        let mut names = Names::default();
        assert_eq!(object.insert_into(&mut names), FEW + 20 + 200);
        assert!(names.further.as_ref().is_some_and(|further| !further.without_place.is_empty()));
        assert_eq!(object.insert_into(&mut names), 0);
    }

    #[test]
    fn escaped_names_are_known_again() {
        let few: Vec<_> = (0..FEW).map(|number| format!("{number}")).collect();
        let (object, whole) = (Object::new(&few[1..]), Object::new(&few));
        let mut names = Names::default();
        assert_eq!(object.insert_into(&mut names), FEW - 1);
        assert!(names.insert(Str::Escaped(r"\u0030"), ""));
        assert!(!names.insert(Str::Escaped(r"\u0030"), ""));
        assert!(!names.insert(Str::Escaped(r"\u0031"), ""));
        assert_eq!(whole.insert_into(&mut names), 0);
    }

    #[test]
    fn a_name_is_known_again_with_escapes_and_without() {
        for count in [FEW + 1, 1000] {
            let object = Object::new(&(0..count).map(|number| format!("{number:04}")).collect::<Vec<_>>());
            let mut names = Names::default();
            assert_eq!(object.insert_into(&mut names), count);
            for number in 0..count {
                let escaped = format!(r"\u0030{:03}", number % 1000);
                assert!(!names.insert_escaped(&Str::Escaped(&escaped).to_cow(), &object.text), "{number}");
            }
            assert!(names.insert_escaped("other", &object.text));
        }
    }
}
