//! Reads the results of criterion: `**/new/{benchmark,estimates,sample}.json`.

use std::fs::{self, File};
use std::path::Path;

use serde_json::Value;

use crate::Result;

/// One benchmark, in nanoseconds.
#[derive(Clone, Debug)]
pub(crate) struct Measurement {
    /// Its name, such as `verify/HS256/jotwell`.
    pub(crate) id: String,
    pub(crate) median: f64,
    /// The fastest and the slowest sample.
    pub(crate) range: (f64, f64),
}

/// The measurements of one build in one round.
pub(crate) struct Run {
    pub(crate) measurements: Vec<Measurement>,
}

/// All rounds, in order, each with the measurements of each build.
pub(crate) fn rounds(directory: &Path) -> Result<Vec<Vec<Run>>> {
    let run = |build: &std::path::PathBuf| Ok(Run { measurements: read(build)? });
    entries(directory)?.iter().map(|round| entries(round)?.iter().map(run).collect()).collect()
}

/// Returns all files in a directory; nothing if it does not exist.
pub(crate) fn read(directory: &Path) -> Result<Vec<Measurement>> {
    let mut measurements = Vec::new();
    for entry in entries(directory)? {
        match entry.join("benchmark.json") {
            // `base` and `change` are next to it.
            benchmark if entry.ends_with("new") && benchmark.exists() => {
                measurements.push(measurement(&entry)?);
            }
            _ if entry.is_dir() => measurements.extend(read(&entry)?),
            _ => {}
        }
    }
    Ok(measurements)
}

fn measurement(directory: &Path) -> Result<Measurement> {
    let json =
        |file: &str| -> Result<Value> { Ok(serde_json::from_reader(File::open(directory.join(file))?)?) };
    let numbers = |sample: &Value, name: &str| -> Option<Vec<f64>> {
        sample[name].as_array()?.iter().map(Value::as_f64).collect()
    };
    let sample = json("sample.json")?;
    let iterations = numbers(&sample, "iters").ok_or("iters")?;
    let times = numbers(&sample, "times").ok_or("times")?;
    let each = iterations.iter().zip(times).map(|(iterations, time)| time / iterations);
    Ok(Measurement {
        id: json("benchmark.json")?["full_id"].as_str().ok_or("full_id")?.into(),
        median: json("estimates.json")?["median"]["point_estimate"].as_f64().ok_or("median")?,
        range: each.fold((f64::INFINITY, 0.0), |(low, high), time| (time.min(low), time.max(high))),
    })
}

fn entries(directory: &Path) -> Result<Vec<std::path::PathBuf>> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let mut entries = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}
