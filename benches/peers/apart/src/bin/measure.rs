//! Like `measure` in the package `peers`.

#![forbid(unsafe_code)]

fn main() {
    harness::measure(&apart::peers());
}
