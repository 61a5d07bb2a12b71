//! The output of the programs `facts`, the machine, and the versions.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::Result;

pub(crate) struct Facts {
    /// jotwell, its other forms, rivals by name, floors by name.
    pub(crate) peers: Vec<Peer>,
    /// Name and value, in the order of the file.
    pub(crate) machine: Vec<(String, String)>,
    pub(crate) instructions: BTreeMap<String, u64>,
    /// Name and version of each package in either dependency tree.
    versions: Vec<(String, String)>,
}

#[derive(Deserialize)]
pub(crate) struct Peer {
    #[serde(rename = "peer")]
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) checks: BTreeMap<String, String>,
    pub(crate) allocations: BTreeMap<String, (u64, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Own,
    Form,
    Rival,
    Floor,
}

impl Facts {
    pub(crate) fn read(results: &Path, here: &Path) -> Result<Self> {
        let mut peers: Vec<Peer> = Vec::new();
        for build in ["pure", "native", "boring", "apart"] {
            for line in lines(&results.join(format!("facts-{build}")))? {
                let peer: Peer = serde_json::from_str(&line)?;
                // Every build has jotwell.
                if !peers.iter().any(|other| other.name == peer.name) {
                    peers.push(peer);
                }
            }
        }
        peers.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
        let pair =
            |line: String| line.split_once('\t').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let machine = lines(&results.join("machine"))?.into_iter().filter_map(pair).collect();
        let instructions = lines(&results.join("instructions"))?
            .into_iter()
            .filter_map(pair)
            .map(|(name, value)| Ok((name, value.parse()?)))
            .collect::<Result<_>>()?;
        let mut versions = versions(&here.join("Cargo.lock"))?;
        versions.extend(versions_of_new(&versions, &here.join("apart/Cargo.lock"))?);
        Ok(Self { peers, machine, instructions, versions })
    }

    /// Returns the name of a peer, with a dagger if it omits a check.
    pub(crate) fn marked(&self, name: &str) -> String {
        let leaves_out = self.peers.iter().any(|peer| {
            peer.name == name && peer.kind != Kind::Floor && peer.checks.values().any(|check| check == "no")
        });
        if leaves_out { format!("{name} †") } else { name.into() }
    }

    /// Returns the version of the package after which a peer is named, such as `jwt-simple (BoringSSL)`.
    pub(crate) fn version(&self, peer: &Peer) -> Option<&str> {
        let package = peer.name.split([' ', '+']).next()?;
        let found = self.versions.iter().find(|(name, _)| name == package)?;
        Some(&found.1)
    }
}

/// Returns `None` if the file does not exist: a run need not measure everything.
fn lines(file: &Path) -> Result<Vec<String>> {
    match file.exists() {
        true => Ok(fs::read_to_string(file)?.lines().map(str::to_owned).collect()),
        false => Ok(Vec::new()),
    }
}

fn versions(lock: &Path) -> Result<Vec<(String, String)>> {
    let lines = lines(lock)?;
    let value = |line: &str, name: &str| {
        Some(line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"')?.to_owned())
    };
    let pairs =
        lines.windows(2).filter_map(|pair| Some((value(&pair[0], "name")?, value(&pair[1], "version")?)));
    Ok(pairs.collect())
}

fn versions_of_new(known: &[(String, String)], lock: &Path) -> Result<Vec<(String, String)>> {
    let new = |(name, _): &(String, String)| !known.iter().any(|(known, _)| known == name);
    Ok(versions(lock)?.into_iter().filter(new).collect())
}
