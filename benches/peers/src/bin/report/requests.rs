//! Authentication of whole requests: times compared with jotwell-http, and allocations.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::Result;
use crate::criterion::{Measurement, read};
use crate::format::{microseconds, number, table};

/// The names of jotwell-http, without a store and with one.
const OWN: [&str; 2] = ["jotwell-http", "jotwell-http, memory store"];
const OPERATIONS: [&str; 4] = ["HS256/bearer", "HS256/cookie", "ES256/bearer", "ES256/cookie"];

/// The measurement of one guard in one operation.
struct Cell {
    /// In nanoseconds.
    median: f64,
    /// The ratio to jotwell-http without a store, measured by the same program.
    ratio: f64,
}

pub(crate) struct Requests {
    /// By guard, and operation such as `HS256/bearer`.
    times: BTreeMap<String, BTreeMap<String, Cell>>,
    /// The number of allocations, and their bytes.
    allocations: BTreeMap<String, BTreeMap<String, (String, String)>>,
}

impl Requests {
    /// Reads `authenticate/<build>`, which criterion wrote, and `authenticate-allocations-<build>`.
    pub(crate) fn read(results: &Path) -> Result<Self> {
        let mut requests = Self { times: BTreeMap::new(), allocations: BTreeMap::new() };
        for build in ["pure", "native"] {
            requests.add_times(&read(&results.join("authenticate").join(build))?);
            let path = results.join(format!("authenticate-allocations-{build}"));
            if path.exists() {
                requests.add_allocations(&fs::read_to_string(path)?);
            }
        }
        Ok(requests)
    }

    /// A guard in several builds keeps the measurements of the first one.
    fn add_times(&mut self, measurements: &[Measurement]) {
        let median = |id: &str| measurements.iter().find(|one| one.id == id).map(|one| one.median);
        for measurement in measurements {
            let Some((operation, guard)) = split(&measurement.id) else { continue };
            let Some(own) = median(&format!("authenticate/{operation}/{}", OWN[0])) else { continue };
            let cell = Cell { median: measurement.median, ratio: measurement.median / own };
            self.times.entry(guard.into()).or_default().entry(operation.into()).or_insert(cell);
        }
    }

    fn add_allocations(&mut self, text: &str) {
        for line in text.lines() {
            let [operation, guard, count, bytes] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
            let Some(operation) = operation.strip_prefix("authenticate/") else { continue };
            let found = (count.to_owned(), bytes.to_owned());
            self.allocations.entry(guard.into()).or_default().entry(operation.into()).or_insert(found);
        }
    }

    /// Returns the section of the page; empty if nothing was measured.
    pub(crate) fn section(&self) -> String {
        if self.times.is_empty() {
            return String::new();
        }
        let head = [&[""][..], &OPERATIONS].concat();
        let times = self
            .rows(&self.times, |cell| format!("{} (**{}**)", microseconds(cell.median), number(cell.ratio)));
        let allocations = self.rows(&self.allocations, |(count, bytes)| format!("{count} / {bytes}"));
        format!(
            "## Whole requests

From the headers of a request to the user in the application's type. Only jotwell-http with its memory store checks
revocations. Microseconds, and in brackets the time ÷ that of jotwell-http:

{}
Allocations: number of allocations, and bytes.

{}",
            table(&head, times),
            table(&head, allocations)
        )
    }

    /// Formats a row for each guard, jotwell-http first.
    fn rows<T>(
        &self,
        cells: &BTreeMap<String, BTreeMap<String, T>>,
        show: impl Fn(&T) -> String,
    ) -> Vec<Vec<String>> {
        let others = cells.keys().map(String::as_str).filter(|guard| !OWN.contains(guard));
        let guards = OWN.into_iter().chain(others).filter_map(|guard| Some((guard, cells.get(guard)?)));
        guards
            .map(|(guard, cells)| {
                let cell = |operation: &&str| cells.get(*operation).map_or("–".into(), &show);
                [guard.to_owned()].into_iter().chain(OPERATIONS.iter().map(cell)).collect()
            })
            .collect()
    }
}

/// Returns `HS256/bearer` and the guard, of `authenticate/HS256/bearer/jotwell-http`.
fn split(id: &str) -> Option<(&str, &str)> {
    id.strip_prefix("authenticate/")?.rsplit_once('/')
}
