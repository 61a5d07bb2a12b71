//! Parameters that verification does not use, as JSON text.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Names and values in one text, so that many parameters need few allocations.
#[derive(Clone, Default)]
pub(super) struct RawParameters {
    /// Each name, followed by the JSON text of its value.
    text: String,
    /// Where each name ends, and each value.
    ends: Vec<(usize, usize)>,
}

impl RawParameters {
    pub(super) const fn new() -> Self {
        Self { text: String::new(), ends: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn push(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(value);
        self.ends.push((name_end, self.text.len()));
    }

    /// Replaces the value of a parameter, or adds it at the end.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let mut changed = Self::new();
        self.iter().filter(|(other, _)| *other != name).for_each(|(name, value)| changed.push(name, value));
        changed.push(name, value);
        *self = changed;
    }

    /// Returns names and values, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |(name_end, value_end)| {
            let name = self.text.get(start..*name_end).expect("names end where they were put");
            let value = self.text.get(*name_end..*value_end).expect("values end where they were put");
            start = *value_end;
            (name, value)
        })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }
}

impl fmt::Debug for RawParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
