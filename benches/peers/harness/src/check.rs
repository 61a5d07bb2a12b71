//! What a verifier has to check, and the proof that it does.

use crate::{Algorithm, Kind, Peer, Verifier, issuer};

/// One thing that makes a token bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Signature,
    Expiry,
    NotBefore,
    Issuer,
    Audience,
}

impl Check {
    pub(crate) const ALL: [Self; 5] =
        [Self::Signature, Self::Expiry, Self::NotBefore, Self::Issuer, Self::Audience];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Expiry => "exp",
            Self::NotBefore => "nbf",
            Self::Issuer => "iss",
            Self::Audience => "aud",
        }
    }
}

/// Why a check is not the library's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The library leaves it to the caller; here a comparison of two strings, which is made.
    ByHand,
    /// The library leaves it to the caller; here nobody makes it.
    Missing,
}

/// What a peer says of a check.
pub(crate) fn gap(peer: &dyn Peer, check: Check) -> Option<Gap> {
    if peer.kind() == Kind::Floor && check != Check::Signature {
        return Some(Gap::Missing);
    }
    peer.gaps().iter().find(|(gap, _)| *gap == check).map(|(_, gap)| *gap)
}

/// Holds a peer to its word: it accepts the good token, reads out of it what it says, and refuses a
/// bad one for each check that it does not say to leave out. Otherwise a figure would compare unlike
/// things.
pub(crate) fn hold_to_its_word(peer: &dyn Peer, algorithm: Algorithm, verifier: &Verifier) {
    let name = format!("{}, {}", peer.name(), algorithm.name());
    let good = issuer::good(algorithm);
    assert!(accepts(verifier, &good), "{name} refuses the good token");
    if let Verifier::Token(verifier) = verifier {
        let read = verifier.reads(&good).expect("accepted");
        assert_eq!(read, issuer::payload(&good), "{name} reads something else than the token says");
    }
    for check in Check::ALL {
        let refused = !accepts(verifier, &issuer::bad(algorithm, check));
        let meant_to = gap(peer, check) != Some(Gap::Missing);
        assert_eq!(refused, meant_to, "{name} refuses for its {}", check.name());
    }
}

fn accepts(verifier: &Verifier, token: &str) -> bool {
    match verifier {
        Verifier::Token(verifier) => verifier.accepts(token),
        Verifier::Raw(verify) => {
            let (input, signature) = issuer::parts(token);
            verify(input.as_bytes(), &signature)
        }
    }
}

/// Holds a signer to its word: the same claims, and a signature that its own verifier accepts.
pub(crate) fn signs_the_same(peer: &dyn Peer, algorithm: Algorithm, token: &str) {
    let name = format!("{}, {}", peer.name(), algorithm.name());
    assert_eq!(
        issuer::payload(token),
        issuer::payload(&issuer::good(algorithm)),
        "{name} signs something else"
    );
    let verifier = peer.verifier(algorithm).expect("what signs can verify");
    assert!(accepts(&verifier, token), "{name} refuses its own token");
}
