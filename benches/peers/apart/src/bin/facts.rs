//! Like `facts` in the package `peers`.

#![forbid(unsafe_code)]

fn main() {
    harness::facts(&apart::peers(), &|work| {
        let info = allocation_counter::measure(work);
        (info.count_total, info.bytes_total)
    });
}
