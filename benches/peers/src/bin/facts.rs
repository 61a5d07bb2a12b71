//! Prints what the peers of this build check and allocate. Apart from `measure`, since what counts
//! allocations slows them.

#![forbid(unsafe_code)]

fn main() {
    harness::facts(&peers::peers(), &|work| {
        let info = allocation_counter::measure(work);
        (info.count_total, info.bytes_total)
    });
}
