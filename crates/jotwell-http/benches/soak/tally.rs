//! Counts responses, and collects the wrong ones.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use crate::service::Answer;

/// The number of wrong responses that are printed in full.
const PRINTED: usize = 20;

#[derive(Default)]
pub(crate) struct Tally(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// By kind of request.
    right: BTreeMap<&'static str, u64>,
    /// 503 and broken connections during a fault.
    unavailable: BTreeMap<&'static str, u64>,
    wrong: u64,
    printed: Vec<String>,
}

/// The kinds of requests, each of which must get the correct response at least once.
const ASKED: &[&str] = &[
    "a valid token",
    "a valid token elsewhere",
    "a valid token without the role",
    "a known attack",
    "a damaged token",
    "no token",
    "a session that has ended",
    "login",
    "refresh",
    "an old refresh token",
    "logout",
    "logout everywhere",
    "an expired token",
    "a key rotation",
    "a token verified by the published keys",
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    /// During a fault: 503 or a broken connection.
    Unavailable,
    /// Wrong even during a fault: a client was accepted or rejected by mistake.
    Wrong,
}

impl Tally {
    /// Counts the response.
    pub(crate) fn judge(
        &self,
        asked: &'static str,
        detail: &str,
        answer: &Answer,
        right: impl Fn(&Answer) -> bool,
    ) -> Verdict {
        debug_assert!(ASKED.contains(&asked));
        let verdict = if right(answer) {
            Verdict::Right
        } else if !answer.calm && matches!(answer.status, None | Some(503)) {
            Verdict::Unavailable
        } else {
            Verdict::Wrong
        };
        let mut counts = self.0.lock().expect("no client panicked");
        match verdict {
            Verdict::Right => *counts.right.entry(asked).or_default() += 1,
            Verdict::Unavailable => *counts.unavailable.entry(asked).or_default() += 1,
            Verdict::Wrong => {
                counts.wrong += 1;
                if counts.printed.len() < PRINTED {
                    let calm = if answer.calm { "no fault" } else { "during a fault" };
                    counts.printed.push(format!("{asked} {detail}: {:?}, {calm}", answer.status));
                }
            }
        }
        verdict
    }

    pub(crate) fn wrong(&self) -> u64 {
        self.0.lock().expect("no client panicked").wrong
    }

    /// A kind of request never got the correct response, so nothing is proven about it.
    pub(crate) fn is_onesided(&self) -> bool {
        let counts = self.0.lock().expect("no client panicked");
        ASKED.iter().any(|asked| !counts.right.contains_key(asked)) || counts.unavailable.is_empty()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.lock().expect("no client panicked");
        writeln!(f, "{:<40} {:>10} {:>12}", "", "right", "unavailable")?;
        for asked in ASKED {
            let of = |counts: &BTreeMap<&str, u64>| counts.get(asked).copied().unwrap_or_default();
            writeln!(f, "{asked:<40} {:>10} {:>12}", of(&counts.right), of(&counts.unavailable))?;
        }
        let sum = |counts: &BTreeMap<&str, u64>| counts.values().sum::<u64>();
        writeln!(f, "{:<40} {:>10} {:>12}", "all", sum(&counts.right), sum(&counts.unavailable))?;
        writeln!(f, "wrong responses: {}", counts.wrong)?;
        counts.printed.iter().try_for_each(|line| writeln!(f, "  {line}"))
    }
}
