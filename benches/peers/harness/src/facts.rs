//! Facts that do not depend on the machine: what is checked, and the number of allocations.

use std::hint::black_box;

use serde_json::{Map, Value, json};

use crate::measure::{WARM_UP, once};
use crate::{Algorithm, Check, Encryption, Gap, Kind, Peer, Signer, check, encrypted, issuer};

/// Counts what some work allocates: how often, and how many bytes. It is a parameter, since counting needs a special
/// allocator, which measured programs must not have.
pub type Count<'a> = &'a dyn Fn(&mut dyn FnMut()) -> (u64, u64);

/// Prints one line of JSON for each peer, and checks the declarations of every peer.
///
/// # Panics
/// If a peer does not do what it declares.
pub fn facts(peers: &[Box<dyn Peer>], count: Count<'_>) {
    for peer in peers {
        let kind = match peer.kind() {
            Kind::Own => "own",
            Kind::Form => "form",
            Kind::Rival => "rival",
            Kind::Floor => "floor",
        };
        let mut allocations = Map::new();
        for algorithm in Algorithm::ALL {
            let mut note = |operation: &str, (count, bytes): (u64, u64)| {
                allocations.insert(format!("{operation}/{}", algorithm.name()), json!([count, bytes]));
            };
            if let Some(found) = verify(&**peer, algorithm, count) {
                note("verify", found);
            }
            if let Some(found) = sign(&**peer, algorithm, count) {
                note("sign", found);
            }
        }
        for encryption in Encryption::ALL {
            if let Some((count, bytes)) = decrypt(&**peer, encryption, count) {
                allocations.insert(format!("decrypt/{}", encryption.name()), json!([count, bytes]));
            }
        }
        let checks: Map<String, Value> = Check::ALL
            .iter()
            .map(|check| {
                let answer = match check::gap(&**peer, *check) {
                    None => "yes",
                    Some(Gap::ByHand) => "by hand",
                    Some(Gap::Missing) => "no",
                };
                (check.name().to_owned(), answer.into())
            })
            .collect();
        let line = json!({"peer": peer.name(), "kind": kind, "checks": checks, "allocations": allocations});
        println!("{line}");
    }
}

fn verify(peer: &dyn Peer, algorithm: Algorithm, count: Count<'_>) -> Option<(u64, u64)> {
    let verifier = peer.verifier(algorithm)?;
    check::assert_declarations(peer, algorithm, &verifier);
    let token = issuer::good(algorithm);
    let verify = once(&verifier, &token);
    (0..WARM_UP).for_each(|_| verify());
    Some(count(&mut || verify()))
}

fn decrypt(peer: &dyn Peer, encryption: Encryption, count: Count<'_>) -> Option<(u64, u64)> {
    let decrypt = peer.decrypter(encryption)?;
    encrypted::hold_to_its_word(peer.name(), encryption, &decrypt);
    let token = encryption.token();
    Some(count(&mut || drop(black_box(decrypt(&token)))))
}

fn sign(peer: &dyn Peer, algorithm: Algorithm, count: Count<'_>) -> Option<(u64, u64)> {
    let token = issuer::good(algorithm);
    let (input, _) = issuer::parts(&token);
    match peer.signer(algorithm)? {
        Signer::Token(sign) => {
            check::signs_the_same(peer, algorithm, &sign());
            Some(count(&mut || drop(black_box(sign()))))
        }
        Signer::Raw(sign) => {
            sign(input.as_bytes());
            Some(count(&mut || sign(input.as_bytes())))
        }
    }
}
