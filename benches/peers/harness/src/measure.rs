//! Measures times with criterion.

use std::cell::OnceCell;
use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode};

use crate::{Algorithm, Encryption, Peer, Signer, Verifier, check, encrypted, issuer};

/// Verifications before the first that is measured: a verifier may build tables for a key that it uses often, and
/// criterion's own warm-up may not reach that point if a verification takes milliseconds.
pub(crate) const WARM_UP: usize = 32;

/// Measures what the command-line arguments select, in groups such as `verify/ES256`.
///
/// All peers run one operation in turn before the next begins, so that a temporarily slow machine affects all of them.
///
/// # Panics
/// If a peer does not do what it declares.
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
    // Samples of the same length, so that the shortest and the longest can be compared.
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
            // Inside the closure, since peers that are not selected take no part; once, since there are many samples.
            ready.get_or_init(|| {
                check::assert_declarations(&**peer, algorithm, &verifier);
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

/// Returns one verification, with nothing else in the measured time.
pub(crate) fn once<'a>(verifier: &'a Verifier, token: &'a str) -> Box<dyn Fn() + 'a> {
    match verifier {
        Verifier::Token(verifier) => Box::new(move || assert!(verifier.accepts(black_box(token)))),
        Verifier::Raw(verify) => {
            let (input, signature) = issuer::parts(token);
            Box::new(move || assert!(verify(black_box(input).as_bytes(), black_box(&signature))))
        }
    }
}

/// Verifies the valid token that many times, for tools that count instead of measuring time.
///
/// # Panics
/// If the peer does not have the algorithm, or rejects the token.
pub fn repeat(peer: &dyn Peer, algorithm: Algorithm, times: u64) {
    let verifier = peer.verifier(algorithm).expect("it has the algorithm");
    let token = issuer::good(algorithm);
    let verify = once(&verifier, &token);
    (0..times).for_each(|_| verify());
}
