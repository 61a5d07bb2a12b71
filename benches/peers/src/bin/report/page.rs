//! The page: ratios first.

use crate::comparison::{ALGORITHMS, Comparison, Spread};
use crate::facts::{Facts, Kind, Peer};
use crate::format::{microseconds, number, scaled, size, spread, table};
use crate::growth::Growth;
use crate::requests::Requests;

const OPERATIONS: [&str; 2] = ["verify", "sign"];
const NONE: &str = "–";

pub(crate) fn page(facts: &Facts, comparison: &Comparison, growth: &Growth, requests: &Requests) -> String {
    let sections = [
        head(facts, comparison),
        ratios(facts, comparison),
        times(facts, comparison),
        allocations(facts),
        checks(facts),
        crate::encrypted::section(facts, comparison),
        requests.section(),
        cache_and_batch(comparison, growth),
        growing(growth),
        hostile(growth),
        instructions(facts),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

fn head(facts: &Facts, comparison: &Comparison) -> String {
    let machine = facts.machine.iter().map(|(name, value)| vec![name.clone(), value.clone()]);
    let rounds = match comparison.rounds {
        1 => "There was one round, so ratios have no spread.".to_owned(),
        rounds => {
            format!("There were {rounds} rounds; in brackets the smallest and the greatest ratio of a round.")
        }
    };
    format!(
        "# Benchmarks

Written by `benches/peers/run`; to repeat it, and for what is compared and how, see
[benches/peers](../benches/peers/README.md). Do not edit.

One token of about 260 bytes of claims, read into a type with all of them; signature, `exp`, `nbf`, `iss` and `aud`
checked; keys and policies made once. Trust ratios more than times: a ratio is of two medians that were measured one
after another, in one process wherever one can have both. {rounds}

{}",
        table(&["measured on", ""], machine)
    )
}

fn ratios(facts: &Facts, comparison: &Comparison) -> String {
    let mut text = "## Ratios\n\n".to_owned();
    text += &table(
        &[
            "",
            "fastest rival",
            "its time ÷ jotwell's",
            "÷ jotwell's on AWS-LC",
            "÷ jotwell's on Graviola",
            "fastest floor",
            "jotwell's time ÷ its",
        ],
        operations().filter_map(|operation| {
            comparison.ratio(&operation, "jotwell")?;
            let best = |kind| {
                let name = comparison.best(&operation, kind)?;
                Some((name.to_owned(), comparison.ratio(&operation, name)?))
            };
            let cells = |best: Option<(String, Spread)>| match best {
                Some((name, ratio)) => [facts.marked(&name), format!("**{}**", spread(ratio))],
                None => [NONE.into(), NONE.into()],
            };
            let (rival, floor) = (best(Kind::Rival), best(Kind::Floor));
            let on = |backend: &str| {
                let own = comparison.ratio(&operation, &format!("jotwell+{backend}"));
                let ratio = rival.as_ref().zip(own).map(|((_, rival), own)| rival.median / own.median);
                ratio.map_or(NONE.into(), number)
            };
            let on = [on("aws-lc-rs"), on("graviola")];
            let floor = floor.map(|(name, ratio)| (bare(&name).to_owned(), ratio.inverse()));
            Some([&[operation.clone()][..], &cells(rival.clone()), &on, &cells(floor)].concat())
        }),
    );
    text += "\nA floor is a primitive alone: no base64, no JSON, no claims.\n\n";
    text += "![verify](benchmarks/verify.svg)\n\n![sign](benchmarks/sign.svg)\n";
    for operation in OPERATIONS {
        text += &format!(
            "\nTime to {operation} ÷ that of jotwell; more than 1 is slower. The fastest rival is bold.\n\n"
        );
        text += &by_algorithm(facts.peers.iter(), facts, |peer, algorithm| {
            let operation = format!("{operation}/{algorithm}");
            let ratio = spread(comparison.ratio(&operation, &peer.name)?);
            let best = comparison.best(&operation, Kind::Rival) == Some(&peer.name);
            Some(if best { format!("**{ratio}**") } else { ratio })
        });
    }
    text += "\n† does not check everything: see [below](#what-is-checked).\n";
    text
}

fn times(facts: &Facts, comparison: &Comparison) -> String {
    let mut text = "## Times\n".to_owned();
    for operation in OPERATIONS {
        text += &format!(
            "\nMicroseconds to {operation}: the median, and the fastest and the slowest sample.\n\n"
        );
        text += &by_algorithm(facts.peers.iter(), facts, |peer, algorithm| {
            let times = comparison.time(&format!("{operation}/{algorithm}"), &peer.name)?;
            Some(spread(scaled(times)))
        });
    }
    text
}

fn allocations(facts: &Facts) -> String {
    let mut text = "## Allocations\n\n".to_owned();
    text += "By Rust's allocator; what a C library takes by itself is not in here. A buffer that grows counts again.\n";
    for operation in OPERATIONS {
        text += &format!("\nTo {operation}: how often, and how many bytes.\n\n");
        text += &by_algorithm(facts.peers.iter(), facts, |peer, algorithm| {
            let (count, bytes) = peer.allocations.get(&format!("{operation}/{algorithm}"))?;
            Some(format!("{count} / {bytes}"))
        });
    }
    text
}

fn checks(facts: &Facts) -> String {
    const CHECKS: [&str; 5] = ["signature", "exp", "nbf", "iss", "aud"];
    let rows = facts.peers.iter().filter(|peer| peer.kind != Kind::Floor).map(|peer| {
        let version = match peer.kind {
            Kind::Rival => facts.version(peer).unwrap_or(NONE),
            _ => NONE,
        };
        let checks = CHECKS.iter().map(|check| peer.checks.get(*check).map_or(NONE, String::as_str));
        [facts.marked(&peer.name), version.into()].into_iter().chain(checks.map(Into::into)).collect()
    });
    format!(
        "## What is checked

Seen, not believed: before anything is measured, each peer accepts the good token, gives back all of its claims,
and refuses a token for each check that it has: with another bit in the signature, expired, not yet valid, of another
issuer, for another audience. *By hand* means that the library leaves it to its caller, and the comparison of two strings
is in the time; *no* means that the library leaves it to its caller, and it is not.

{}",
        table(&[&["", "version"][..], &CHECKS].concat(), rows)
    )
}

/// Two ways to use it that want many tokens; nothing where they were not measured.
fn cache_and_batch(comparison: &Comparison, growth: &Growth) -> String {
    let mut text = String::new();
    let hits: Vec<_> = [("HS256", ""), ("ES256", ""), ("ES256", "/set")]
        .into_iter()
        .filter_map(|(algorithm, keys)| {
            let hit = growth.median(&format!("hit/{algorithm}{keys}/1000"))?;
            let operation = format!("verify/{algorithm}");
            let ratio = |name| Some(number(comparison.time(&operation, name)?.median / hit));
            let rival = comparison.best(&operation, Kind::Rival)?;
            Some(vec![
                if keys.is_empty() {
                    algorithm.to_owned()
                } else {
                    format!("{algorithm}, a set of three keys")
                },
                format!("{hit:.0}"),
                format!("**{}** ({rival})", ratio(rival)?),
                ratio("jotwell")?,
            ])
        })
        .collect();
    if !hits.is_empty() {
        text += "## Cache\n\nA token that has verified before, one of a thousand in turn; with one key, and with three.\n\n";
        text += &table(&["", "hit, ns", "the fastest rival's verification ÷ that", "jotwell's ÷ that"], hits);
    }
    let batches: Vec<_> = ["HS256", "ES256"]
        .into_iter()
        .filter_map(|algorithm| {
            let each = |way: &str| Some(growth.median(&format!("{algorithm}/{way}/1000"))? / 1000.0);
            let (one, batch) = (each("one by one")?, each("batch")?);
            Some(vec![algorithm.into(), microseconds(one), microseconds(batch), number(one / batch)])
        })
        .collect();
    if !batches.is_empty() {
        let line = if text.is_empty() { "" } else { "\n" };
        text += &format!("{line}## Batch\n\nA thousand tokens over all cores, µs by the clock for each.\n\n");
        text += &table(&["", "one by one", "batch", "times as many tokens"], batches);
    }
    text
}

fn growing(growth: &Growth) -> String {
    let mut text = "## Growth\n".to_owned();
    let lengths = growth.points("length/");
    if !lengths.is_empty() {
        text += "\nA longer token, HS256, and what each of its bytes costs:\n\n";
        text += &table(
            &["length", "verify, µs", "ns per byte"],
            lengths.iter().map(|(length, one)| {
                vec![size(*length), microseconds(one.median), number(one.median / length)]
            }),
        );
        text += "\n![length](benchmarks/length.svg)\n";
    }
    let keys = growth.points("keys/");
    if !keys.is_empty() {
        let lookups = growth.points("lookup/known/");
        text += "\nA larger set of keys, EdDSA:\n\n";
        text += &table(
            &["keys", "verify, µs", "of that the look-up, µs"],
            keys.iter().map(|(keys, one)| {
                let lookup = lookups.iter().find(|(other, _)| other == keys);
                let lookup = lookup.map_or(NONE.into(), |(_, one)| microseconds(one.median));
                vec![keys.to_string(), microseconds(one.median), lookup]
            }),
        );
        text += "\n![keys](benchmarks/keys.svg)\n";
    }
    let threads: Vec<_> = ALGORITHMS
        .iter()
        .filter_map(|algorithm| match growth.points(&format!("threads/{algorithm}/"))[..] {
            [(_, one), (_, two)] => Some(vec![
                (*algorithm).to_owned(),
                microseconds(one.median),
                microseconds(two.median),
                number(one.median / two.median),
            ]),
            _ => None,
        })
        .collect();
    if !threads.is_empty() {
        text += "\nTwo threads with one validator, µs by the clock for each token:\n\n";
        text += &table(&["", "one thread", "two threads", "times as many tokens"], threads);
    }
    if text.ends_with("## Growth\n") { String::new() } else { text }
}

fn hostile(growth: &Growth) -> String {
    let (valid, hostile) = (growth.tokens(true), growth.tokens(false));
    let Some((_, reference)) = valid.iter().find(|(name, _)| *name == "valid") else {
        return String::new();
    };
    let ratio = |median: f64| median / reference.median;
    let dearer = hostile.iter().filter(|(_, one)| ratio(one.median) > 1.0).count();
    let row = |(name, one): &(&str, &crate::criterion::Measurement)| {
        vec![(*name).to_owned(), microseconds(one.median), number(ratio(one.median))]
    };
    format!(
        "## Hostile tokens

Tokens of 16 KiB under HS256, which hides nothing behind a slow signature: what the worst shapes cost until they are
refused, beside a valid token of the same length. {dearer} of {} cost more than it. Those of the header can be sent by
anybody, and take as much as a header may have: 8 KiB, and 64 values where they are not refused for more. Those of the
payload need an issuer that signs what its users want, or a `MultiIssuerValidator`, which looks for `iss` before the signature holds.

What costs more does so in proportion to the length: escapes in a header have to be passed and undone, and 64 values have to be
told apart and kept. A payload of many members costs as much as a valid one of many members; twice that where the last of
them is wrong, since the reason is found by a second reading. The bound on headers keeps what anybody can send at a few
times a valid token.

{}",
        hostile.len(),
        table(&["", "µs", "÷ valid"], valid.iter().chain(&hostile).map(row))
    )
}

fn instructions(facts: &Facts) -> String {
    if facts.instructions.is_empty() {
        return String::new();
    }
    let rows = facts.instructions.iter().rev().map(|(name, count)| vec![name.clone(), count.to_string()]);
    format!(
        "## Instructions

For one HS256 verification, by callgrind, which has no SHA instructions to offer: the hash costs more here than on most
machines. The floor is the HMAC alone.

{}",
        table(&["", "instructions"], rows)
    )
}

fn operations() -> impl Iterator<Item = String> {
    OPERATIONS
        .iter()
        .flat_map(|operation| ALGORITHMS.iter().map(move |algorithm| format!("{operation}/{algorithm}")))
}

/// A row for each peer that has any cell.
fn by_algorithm<'a>(
    peers: impl Iterator<Item = &'a Peer>,
    facts: &Facts,
    cell: impl Fn(&Peer, &str) -> Option<String>,
) -> String {
    let rows = peers.filter_map(|peer| {
        let cells: Vec<_> = ALGORITHMS.iter().map(|algorithm| cell(peer, algorithm)).collect();
        cells.iter().any(Option::is_some).then(|| {
            let cells = cells.into_iter().map(|cell| cell.unwrap_or(NONE.into()));
            [facts.marked(&peer.name)].into_iter().chain(cells).collect()
        })
    });
    table(&[&[""][..], &ALGORITHMS].concat(), rows)
}

/// The name of a floor, where it is plain that it is one.
fn bare(name: &str) -> &str {
    name.trim_start_matches("floor: ")
}
