//! Ratios of every peer to jotwell, within one round and, if the build has both, within one run.

use std::collections::BTreeMap;

use crate::criterion::{Measurement, Run};
use crate::facts::{Facts, Kind};

pub(crate) const ALGORITHMS: [&str; 4] = ["HS256", "RS256", "ES256", "EdDSA"];

/// A median of several values, with the smallest and the greatest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

pub(crate) struct Comparison {
    pub(crate) rounds: usize,
    /// Nanoseconds by operation and peer, such as `verify/HS256/jotwell`. Low and high are those of samples.
    times: BTreeMap<String, Spread>,
    /// The peer's time divided by jotwell's. Low and high are those of rounds.
    ratios: BTreeMap<String, Spread>,
    /// The fastest of a kind, by operation.
    best: BTreeMap<(String, Kind), String>,
}

impl Comparison {
    pub(crate) fn new(facts: &Facts, rounds: Vec<Vec<Run>>) -> Self {
        let mut all: BTreeMap<String, Vec<Measurement>> = BTreeMap::new();
        let mut ratios: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for round in &rounds {
            let everywhere = medians_of_own(round.iter());
            for run in round {
                let here = medians_of_own([run]);
                for measurement in &run.measurements {
                    let operation = operation_of(&measurement.id);
                    if let Some(own) = here.get(operation).or(everywhere.get(operation)) {
                        ratios.entry(measurement.id.clone()).or_default().push(measurement.median / own);
                    }
                    all.entry(measurement.id.clone()).or_default().push(measurement.clone());
                }
            }
        }
        let times: BTreeMap<_, _> = all
            .into_iter()
            .map(|(id, measurements)| {
                let spread = Spread {
                    median: median(measurements.iter().map(|one| one.median).collect()),
                    low: measurements.iter().map(|one| one.range.0).fold(f64::INFINITY, f64::min),
                    high: measurements.iter().map(|one| one.range.1).fold(0.0, f64::max),
                };
                (id, spread)
            })
            .collect();
        let ratios = ratios.into_iter().map(|(id, values)| (id, Spread::of(values))).collect();
        let best = best(facts, &ratios);
        Self { rounds: rounds.len(), times, ratios, best }
    }

    /// Returns the peer's time in nanoseconds.
    pub(crate) fn time(&self, operation: &str, peer: &str) -> Option<Spread> {
        self.times.get(&format!("{operation}/{peer}")).copied()
    }

    /// Returns the peer's time divided by jotwell's.
    pub(crate) fn ratio(&self, operation: &str, peer: &str) -> Option<Spread> {
        self.ratios.get(&format!("{operation}/{peer}")).copied()
    }

    /// Returns the name of the fastest of that kind.
    pub(crate) fn best(&self, operation: &str, kind: Kind) -> Option<&str> {
        self.best.get(&(operation.to_owned(), kind)).map(String::as_str)
    }
}

impl Spread {
    pub(crate) fn of(values: Vec<f64>) -> Self {
        Self {
            low: values.iter().copied().fold(f64::INFINITY, f64::min),
            high: values.iter().copied().fold(0.0, f64::max),
            median: median(values),
        }
    }

    /// Returns the range of the reciprocals.
    pub(crate) fn inverse(self) -> Self {
        Self { median: 1.0 / self.median, low: 1.0 / self.high, high: 1.0 / self.low }
    }
}

/// Returns `verify/HS256` of `verify/HS256/jotwell`.
fn operation_of(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(operation, _)| operation)
}

fn medians_of_own<'a>(runs: impl IntoIterator<Item = &'a Run>) -> BTreeMap<&'a str, f64> {
    let mut medians: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for measurement in runs.into_iter().flat_map(|run| &run.measurements) {
        if let Some(operation) = measurement.id.strip_suffix("/jotwell") {
            medians.entry(operation).or_default().push(measurement.median);
        }
    }
    medians.into_iter().map(|(operation, values)| (operation, median(values))).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}

fn best(facts: &Facts, ratios: &BTreeMap<String, Spread>) -> BTreeMap<(String, Kind), String> {
    let mut best: BTreeMap<(String, Kind), (f64, String)> = BTreeMap::new();
    for (id, spread) in ratios {
        let Some((operation, name)) = id.rsplit_once('/') else { continue };
        let Some(peer) = facts.peers.iter().find(|peer| peer.name == name) else { continue };
        let slot = best.entry((operation.to_owned(), peer.kind));
        let slot = slot.or_insert_with(|| (f64::INFINITY, String::new()));
        if spread.median < slot.0 {
            *slot = (spread.median, name.to_owned());
        }
    }
    best.into_iter().map(|(key, (_, name))| (key, name)).collect()
}
