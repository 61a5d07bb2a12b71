//! Prints the checks and the allocations of the peers of this build. Separate from `measure`, because counting
//! allocations slows them down.

#![forbid(unsafe_code)]

fn main() {
    harness::facts(&peers::peers(), &|work| {
        let info = allocation_counter::measure(work);
        (info.count_total, info.bytes_total)
    });
}
