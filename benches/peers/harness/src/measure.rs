//! Times, by criterion.

use std::cell::OnceCell;
use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode};

use crate::{Algorithm, Encryption, Peer, Signer, Verifier, check, encrypted, issuer};

/// Verifications before the first that is measured: a verifier may get ready for a key that it sees
/// often, and criterion's own warming up is not sure to reach that point where one takes milliseconds.
pub(crate) const WARM_UP: usize = 32;

/// Measures what the arguments of the command line ask for, in groups `verify/ES256` and the like.
///
/// All peers do one thing, one after another, before the next begins: a machine that is slow for a
/// while is slow for all of them.
///
/// # Panics
/// Where a peer is not what it says it is.
pub fn measure(peers: &[Box<dyn Peer>]) {
    let mut criterion = Criterion::default().configure_from_args();
    for algorithm in Algorithm::ALL {
        verify(&mut criterion, peers, algorithm);
    }
    for algorithm in Algorithm::ALL {
        sign(&mut criterion, peers, algorithm);
    }
    for encryption in Encryption::ALL {
        decrypt(&mut criterion, peers, encryption);
    }
    criterion.final_summary();
}

fn group<'a>(
    criterion: &'a mut Criterion,
    operation: &str,
    algorithm: &str,
) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(format!("{operation}/{algorithm}"));
    // Samples of one length, so that the shortest and the longest of them mean something.
    group.sampling_mode(SamplingMode::Flat);
    group
}

fn verify(criterion: &mut Criterion, peers: &[Box<dyn Peer>], algorithm: Algorithm) {
    let token = issuer::good(algorithm);
    let mut group = group(criterion, "verify", algorithm.name());
    for peer in peers {
        let Some(verifier) = peer.verifier(algorithm) else { continue };
        let verify = once(&verifier, &token);
        let ready = OnceCell::new();
        group.bench_function(peer.name(), |b| {
            // In here, since a peer that is not asked for takes no part; once, since samples are many.
            ready.get_or_init(|| {
                check::hold_to_its_word(&**peer, algorithm, &verifier);
                (0..WARM_UP).for_each(|_| verify());
            });
            b.iter(&verify);
        });
    }
}

fn sign(criterion: &mut Criterion, peers: &[Box<dyn Peer>], algorithm: Algorithm) {
    let token = issuer::good(algorithm);
    let (input, _) = issuer::parts(&token);
    let mut group = group(criterion, "sign", algorithm.name());
    for peer in peers {
        let Some(signer) = peer.signer(algorithm) else { continue };
        let ready = OnceCell::new();
        group.bench_function(peer.name(), |b| match &signer {
            Signer::Token(sign) => {
                ready.get_or_init(|| check::signs_the_same(&**peer, algorithm, &sign()));
                b.iter(sign);
            }
            Signer::Raw(sign) => b.iter(|| sign(black_box(input).as_bytes())),
        });
    }
}

fn decrypt(criterion: &mut Criterion, peers: &[Box<dyn Peer>], encryption: Encryption) {
    let token = encryption.token();
    let mut group = group(criterion, "decrypt", encryption.name());
    for peer in peers {
        let Some(decrypt) = peer.decrypter(encryption) else { continue };
        let ready = OnceCell::new();
        group.bench_function(peer.name(), |b| {
            ready.get_or_init(|| encrypted::hold_to_its_word(peer.name(), encryption, &decrypt));
            b.iter(|| decrypt(black_box(&token)).expect("a content"));
        });
    }
}

/// One verification, with nothing but it in the time.
pub(crate) fn once<'a>(verifier: &'a Verifier, token: &'a str) -> Box<dyn Fn() + 'a> {
    match verifier {
        Verifier::Token(verifier) => Box::new(move || assert!(verifier.accepts(black_box(token)))),
        Verifier::Raw(verify) => {
            let (input, signature) = issuer::parts(token);
            Box::new(move || assert!(verify(black_box(input).as_bytes(), black_box(&signature))))
        }
    }
}

/// Verifies the good token that many times, for tools that count rather than time.
///
/// # Panics
/// Where the peer has no such algorithm, or refuses.
pub fn repeat(peer: &dyn Peer, algorithm: Algorithm, times: u64) {
    let verifier = peer.verifier(algorithm).expect("it has the algorithm");
    let token = issuer::good(algorithm);
    let verify = once(&verifier, &token);
    (0..times).for_each(|_| verify());
}
