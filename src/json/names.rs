//! The names of an object's members, none of them twice.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

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
    /// Whether `name` is new.
    #[inline(always)]
    pub(super) fn insert(&mut self, name: Str<'a>) -> bool {
        let Str::Plain(name) = name else {
            return self.insert_escaped(name.to_cow());
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
            _ => self.further.get_or_insert_default().insert(Cow::Borrowed(name)),
        }
    }

    #[cold]
    fn is_among_few(&self, name: &str) -> bool {
        self.few.iter().take(self.count).any(|known| *known == name)
    }

    #[cold]
    fn insert_escaped(&mut self, name: Cow<'a, str>) -> bool {
        !self.is_among_few(&name) && self.further.get_or_insert_default().insert(name)
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
/// names, n cost n log n at most.
#[derive(Default)]
struct Further<'a> {
    names: Vec<(u64, Cow<'a, str>)>,
    /// Numbers of names, from 1, where their hashes say or up to [`STEPS`] behind it; 0 where there
    /// is none. A power of two in number, and at least twice as many as names.
    places: Vec<u32>,
    tree: BTreeSet<Cow<'a, str>>,
}

const STEPS: usize = 8;

impl<'a> Further<'a> {
    /// Whether `name` is new.
    fn insert(&mut self, name: Cow<'a, str>) -> bool {
        if self.names.len() >= self.places.len() / 2 {
            self.grow();
        }
        let hash = hash(name.as_bytes());
        let Self { names, places, tree } = self;
        for place in steps(hash, places.len()) {
            let Some(number) = places.get_mut(place) else { break };
            match (*number as usize).checked_sub(1).and_then(|index| names.get(index)) {
                // It may have been put into the tree when there were fewer places.
                None if tree.contains(&name) => return false,
                None => {
                    names.push((hash, name));
                    *number = names.len() as u32;
                    return true;
                }
                Some((other, known)) if *other == hash && *known == name => return false,
                Some(_) => {}
            }
        }
        tree.insert(name)
    }

    fn grow(&mut self) {
        let Self { names, places, tree } = self;
        let length = places.len().saturating_mul(2).max(64);
        places.clear();
        places.resize(length, 0);
        for (number, (hash, name)) in (1..).zip(&*names) {
            match steps(*hash, length).find(|place| places.get(*place) == Some(&0)) {
                Some(place) => places.iter_mut().skip(place).take(1).for_each(|free| *free = number),
                None => drop(tree.insert(name.clone())),
            }
        }
    }
}

/// Where a name of that hash may stand, among as many places, which are a power of two.
fn steps(hash: u64, places: usize) -> impl Iterator<Item = usize> {
    let mask = places.wrapping_sub(1);
    (0..STEPS).map(move |step| (hash as usize).wrapping_add(step) & mask)
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

    fn insert_all<'a>(names: &mut Names<'a>, all: &'a [String]) -> usize {
        all.iter().filter(|name| names.insert(Str::Plain(name))).count()
    }

    #[test]
    fn knows_every_name_again() {
        for count in [1, FEW, FEW + 1, FEW + 32, FEW + 33, 1000, 5000] {
            let all: Vec<_> = (0..count).map(|number| format!("{number:x}")).collect();
            let mut names = Names::default();
            assert_eq!(insert_all(&mut names, &all), count);
            assert_eq!(insert_all(&mut names, &all), 0);
        }
    }

    #[test]
    fn names_that_collide_are_told_apart_in_the_tree() {
        let collides = |name: &String| hash(name.as_bytes()).is_multiple_of(1024);
        let all: Vec<_> = (0..).map(|number| format!("{number}")).filter(collides).take(200).collect();
        let mut names = Names::default();
        assert_eq!(insert_all(&mut names, &all), 200);
        assert_eq!(insert_all(&mut names, &all), 0);
        let further = names.further.expect("further names");
        assert!(further.tree.len() > 100 && further.names.len() < 100, "{}", further.tree.len());
    }

    #[test]
    fn knows_names_of_the_tree_again_when_there_are_more_places() {
        let collides = |name: &String| hash(name.as_bytes()).is_multiple_of(64);
        let few: Vec<_> = (0..FEW).map(|number| format!("few {number}")).collect();
        let all: Vec<_> = (0..).map(|number| format!("{number}")).filter(collides).take(20).collect();
        let more: Vec<_> = (0..200).map(|number| format!("more {number}")).collect();
        let mut names = Names::default();
        assert_eq!(insert_all(&mut names, &few), FEW);
        assert_eq!(insert_all(&mut names, &all), 20);
        assert!(names.further.as_ref().is_some_and(|further| !further.tree.is_empty()));
        assert_eq!(insert_all(&mut names, &more), 200);
        assert_eq!(insert_all(&mut names, &all), 0);
    }

    #[test]
    fn escaped_names_are_known_again() {
        let few: Vec<_> = (0..FEW).map(|number| format!("{number}")).collect();
        let mut names = Names::default();
        assert_eq!(insert_all(&mut names, &few[1..]), FEW - 1);
        assert!(names.insert(Str::Escaped(r"\u0030")));
        assert!(!names.insert(Str::Escaped(r"\u0030")));
        assert!(!names.insert(Str::Escaped(r"\u0031")));
        assert_eq!(insert_all(&mut names, &few), 0);
    }
}
