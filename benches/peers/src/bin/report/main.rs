//! Writes `docs/BENCHMARKS.md` and `docs/benchmarks/*.svg` from the measurements of `run`. The output is deterministic.

#![forbid(unsafe_code)]

mod comparison;
mod criterion;
mod encrypted;
mod facts;
mod format;
mod growth;
mod page;
mod plot;
mod requests;

use std::error::Error;
use std::fs;
use std::path::Path;

use comparison::Comparison;
use facts::Facts;
use growth::Growth;
use requests::Requests;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let results = here.join("target/results");
    let docs = here.join("../../docs");

    let facts = Facts::read(&results, here)?;
    let comparison = Comparison::new(&facts, criterion::rounds(&results.join("rounds"))?);
    let growth = Growth::new(criterion::read(&results.join("growth"))?);

    let requests = Requests::read(&results)?;

    let plots = docs.join("benchmarks");
    fs::create_dir_all(&plots)?;
    plot::bars(&plots.join("verify.svg"), "verify", &facts, &comparison)?;
    plot::bars(&plots.join("sign.svg"), "sign", &facts, &comparison)?;
    plot::lengths(&plots.join("length.svg"), &growth)?;
    plot::key_sets(&plots.join("keys.svg"), &growth)?;
    fs::write(docs.join("BENCHMARKS.md"), page::page(&facts, &comparison, &growth, &requests))?;
    Ok(())
}
