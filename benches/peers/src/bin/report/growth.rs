//! The results of the main package's benches: `growth`, `key_set`, `cache` and `batch`.

use crate::criterion::Measurement;

pub(crate) struct Growth {
    measurements: Vec<Measurement>,
}

impl Growth {
    pub(crate) fn new(measurements: Vec<Measurement>) -> Self {
        Self { measurements }
    }

    /// Returns the points of a group: `length/256` is the one of `length/` at 256.
    pub(crate) fn points(&self, group: &str) -> Vec<(f64, &Measurement)> {
        let mut points: Vec<(f64, _)> = self
            .under(group)
            .filter_map(|(name, measurement)| Some((name.parse().ok()?, measurement)))
            .collect();
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        points
    }

    /// Returns hostile tokens, the most expensive first; with `valid`, the reference tokens.
    pub(crate) fn tokens(&self, valid: bool) -> Vec<(&str, &Measurement)> {
        let mut tokens: Vec<_> =
            self.under("refuse/").filter(|(name, _)| name.starts_with("valid") == valid).collect();
        tokens.sort_by(|one, other| other.1.median.total_cmp(&one.1.median));
        tokens
    }

    /// Returns the median of one benchmark in nanoseconds.
    pub(crate) fn median(&self, id: &str) -> Option<f64> {
        self.measurements.iter().find(|one| one.id == id).map(|one| one.median)
    }

    fn under(&self, group: &str) -> impl Iterator<Item = (&str, &Measurement)> {
        self.measurements.iter().filter_map(move |one| Some((one.id.strip_prefix(group)?, one)))
    }
}
