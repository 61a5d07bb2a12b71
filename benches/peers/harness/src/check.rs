//! What a verifier must check, and the proof that it does.

use crate::{Algorithm, Kind, Peer, Verifier, issuer};

/// A flaw that makes a token invalid.
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

/// Why the library does not make a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The library leaves it to the caller. It is a comparison of two strings, which is made here.
    ByHand,
    /// The library leaves it to the caller. It is not made here.
    Missing,
}

/// Returns what a peer says about a check.
pub(crate) fn gap(peer: &dyn Peer, check: Check) -> Option<Gap> {
    if peer.kind() == Kind::Floor && check != Check::Signature {
        return Some(Gap::Missing);
    }
    peer.gaps().iter().find(|(gap, _)| *gap == check).map(|(_, gap)| *gap)
}

/// Asserts that a peer does what it declares: it accepts the valid token, returns its claims, and rejects an invalid
/// token for each check that it does not declare as missing. Otherwise figures would compare different work.
pub(crate) fn assert_declarations(peer: &dyn Peer, algorithm: Algorithm, verifier: &Verifier) {
    let name = format!("{}, {}", peer.name(), algorithm.name());
    let good = issuer::good(algorithm);
    assert!(accepts(verifier, &good), "{name} rejects the valid token");
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

/// Asserts that a signer does what it declares: the same claims, and a signature that its own verifier accepts.
pub(crate) fn signs_the_same(peer: &dyn Peer, algorithm: Algorithm, token: &str) {
    let name = format!("{}, {}", peer.name(), algorithm.name());
    assert_eq!(
        issuer::payload(token),
        issuer::payload(&issuer::good(algorithm)),
        "{name} signs something else"
    );
    let verifier = peer.verifier(algorithm).expect("what signs can verify");
    assert!(accepts(&verifier, token), "{name} rejects its own token");
}
