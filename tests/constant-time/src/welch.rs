//! Welch's t of the times of two classes, as in `dudect`. It does not interpret the result.

use std::hint::black_box;
use std::time::Instant;

use crate::Numbers;

/// The number of calls that are timed together, for a coarse clock.
const CALLS: usize = 4;
/// The number of inputs that are created together, few enough for the processor's cache.
const BATCH: usize = 50;
/// The kept shares of the fastest samples: interruptions of slow ones do not depend on a secret.
const KEPT: [f64; 6] = [0.5, 0.75, 0.9, 0.95, 0.99, 1.0];

/// Prints the names of the columns.
pub fn print_head() {
    println!("{:44} {:>9} {:>9} {}  max |t|", "", "ns", "ns", KEPT.map(|kept| format!("{kept:>8}")).concat());
}

/// Two classes of inputs.
pub struct Classes {
    pub first: Vec<Vec<u8>>,
    pub second: Vec<Vec<u8>>,
}

/// Times calls of both classes in random order, and prints the difference.
///
/// # Panics
/// If the clock is before 1970.
pub fn compare(what: &str, samples: usize, classes: &Classes, mut call: impl FnMut(&[u8]) -> bool) {
    // Other inputs each time, so that random effects do not repeat.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time after 1970");
    let mut numbers = Numbers(now.as_nanos() as u64);
    let mut taken: Vec<(bool, f64)> = Vec::with_capacity(samples);
    while taken.len() < samples {
        // Created before they are timed, both classes at unpredictable addresses.
        let inputs: Vec<(bool, Vec<u8>)> = (0..BATCH)
            .map(|_| {
                let random = numbers.draw();
                let second = random & 1 == 1;
                let class = [&classes.first, &classes.second][usize::from(second)];
                (second, class[(random >> 1) as usize % class.len()].clone())
            })
            .collect();
        for (second, input) in &inputs {
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(call(black_box(input)));
            }
            taken.push((*second, start.elapsed().as_nanos() as f64 / CALLS as f64));
        }
    }
    // The warm-up is left out.
    taken.drain(..samples / 100);

    let mut sorted: Vec<f64> = taken.iter().map(|(_, time)| *time).collect();
    sorted.sort_by(f64::total_cmp);
    let ts = KEPT.map(|kept| {
        let limit = sorted[(sorted.len() as f64 * kept) as usize - 1];
        let of = |second| taken.iter().filter(move |(class, time)| *class == second && *time <= limit);
        let times = |second| Moments::of(of(second).map(|(_, time)| *time));
        times(false).welch(&times(true))
    });
    let median = |second| {
        let mut times: Vec<f64> =
            taken.iter().filter(|(class, _)| *class == second).map(|(_, time)| *time).collect();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let max = ts.iter().fold(0_f64, |max, t| max.max(t.abs()));
    let shown = |t: f64| if t.is_finite() { format!("{t:>8.1}") } else { format!("{:>8}", "-") };
    let ts = ts.map(shown).concat();
    println!("{what:44} {:>9.1} {:>9.1} {ts} {max:>8.1}", median(false), median(true));
}

struct Moments {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Moments {
    fn of(times: impl Iterator<Item = f64> + Clone) -> Self {
        let count = times.clone().count() as f64;
        let mean = times.clone().sum::<f64>() / count;
        let variance = times.map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Self { count, mean, variance }
    }

    /// Returns Welch's t, which does not require equal variances; NaN if a class has no sample that fast, and zero if all
    /// times are equal.
    fn welch(&self, other: &Self) -> f64 {
        let error = (self.variance / self.count + other.variance / other.count).sqrt();
        if error == 0.0 { 0.0 } else { (self.mean - other.mean) / error }
    }
}
