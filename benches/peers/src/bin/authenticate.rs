//! Times the authentication of whole requests, by criterion, in groups `authenticate/ES256/cookie` and the like.

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
            // Samples of one length, so that the shortest and the longest of them mean something.
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
