//! Measures the authentication of whole requests with criterion, in groups such as `authenticate/ES256/cookie`.

#![forbid(unsafe_code)]

use std::hint::black_box;

use criterion::{Criterion, SamplingMode};
use peers::guards::{ALGORITHMS, Carrier, guards, request};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for algorithm in ALGORITHMS {
        for carrier in Carrier::ALL {
            let name = format!("authenticate/{}/{}", algorithm.name(), carrier.name());
            let mut group = criterion.benchmark_group(name);
            // Samples of equal length, so that the shortest and the longest are meaningful.
            group.sampling_mode(SamplingMode::Flat);
            let mut request = request(algorithm, carrier);
            for guard in guards(algorithm, carrier) {
                group.bench_function(guard.name(), |bencher| {
                    bencher.iter(|| assert!(guard.accepts(black_box(&mut request))));
                });
            }
        }
    }
    criterion.final_summary();
}
