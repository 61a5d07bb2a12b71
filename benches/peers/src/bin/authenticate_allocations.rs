//! Counts the allocations of the authentication of a whole request, and their bytes. A separate program, because
//! counting takes time.

#![forbid(unsafe_code)]

use peers::guards::{ALGORITHMS, Carrier, guards, request};

fn main() {
    for algorithm in ALGORITHMS {
        for carrier in Carrier::ALL {
            let mut request = request(algorithm, carrier);
            for guard in guards(algorithm, carrier) {
                let found = allocation_counter::measure(|| assert!(guard.accepts(&mut request)));
                println!(
                    "authenticate/{}/{}\t{}\t{}\t{}",
                    algorithm.name(),
                    carrier.name(),
                    guard.name(),
                    found.count_total,
                    found.bytes_total
                );
            }
        }
    }
}
