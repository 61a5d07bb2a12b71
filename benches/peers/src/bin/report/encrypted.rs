//! The section about decryption, with the libraries that support it.

use crate::comparison::Comparison;
use crate::facts::{Facts, Kind};
use crate::format::{scaled, spread, table};

const ENCRYPTIONS: [&str; 3] = ["dir", "P-256", "X25519"];
const NONE: &str = "–";

/// Returns the section; empty if nothing was measured.
pub(crate) fn section(facts: &Facts, comparison: &Comparison) -> String {
    let operation = |encryption: &str| format!("decrypt/{encryption}");
    if ENCRYPTIONS.iter().all(|encryption| comparison.ratio(&operation(encryption), "jotwell").is_none()) {
        return String::new();
    }
    let rows = |cell: &dyn Fn(&str, &str) -> Option<String>| {
        let peers = facts.peers.iter().filter(|peer| peer.kind != Kind::Floor);
        let rows = peers.filter_map(|peer| {
            let cells: Vec<_> =
                ENCRYPTIONS.iter().map(|encryption| cell(&operation(encryption), &peer.name)).collect();
            cells.iter().any(Option::is_some).then(|| {
                let cells = cells.into_iter().map(|cell| cell.unwrap_or(NONE.into()));
                [peer.name.clone()].into_iter().chain(cells).collect()
            })
        });
        table(&["", "dir", "ECDH-ES, P-256", "ECDH-ES, X25519"], rows.collect::<Vec<_>>())
    };
    let allocations = |operation: &str, name: &str| {
        let peer = facts.peers.iter().find(|peer| peer.name == name)?;
        let (count, bytes) = peer.allocations.get(operation)?;
        Some(format!("{count} / {bytes}"))
    };
    let ratio = |operation: &str, name: &str| {
        let ratio = spread(comparison.ratio(operation, name)?);
        let best = comparison.best(operation, Kind::Rival) == Some(name);
        Some(if best { format!("**{ratio}**") } else { ratio })
    };
    format!(
        "## Encrypted tokens

A token with about 260 bytes, decrypted to bytes with A256GCM; only the tag is checked. The key is created once if the
library allows it. Time ÷ that of jotwell; more than 1 is slower, and the fastest rival is bold.

{}
Microseconds: the median, and the fastest and the slowest sample.

{}
Allocations: number of allocations, and bytes.

{}",
        rows(&ratio),
        rows(&|operation, name| Some(spread(scaled(comparison.time(operation, name)?)))),
        rows(&allocations),
    )
}
