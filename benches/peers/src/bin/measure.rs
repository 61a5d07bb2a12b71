//! Measures the peers of this build with criterion: `measure --bench '^verify/ES256/'`.

#![forbid(unsafe_code)]

fn main() {
    harness::measure(&peers::peers());
}
