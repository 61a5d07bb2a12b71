//! Ways to damage a token.

use std::iter;

use arbitrary::{Arbitrary, Unstructured};
use jotwell::base64url;

/// Enough to damage a token.
const MAX_CHANGES: usize = 8;

/// The token after the changes that these bytes say; `others` are valid tokens to take parts of.
pub fn changed(token: &str, changes: &[u8], others: &[[String; 2]]) -> String {
    let mut changes = Unstructured::new(changes);
    let changes = iter::from_fn(|| match changes.is_empty() {
        true => None,
        false => Mutation::arbitrary(&mut changes).ok(),
    });
    changes.take(MAX_CHANGES).fold(token.to_owned(), |token, change| {
        String::from_utf8_lossy(&change.apply(token.as_bytes(), others)).into_owned()
    })
}

/// One change. Positions wrap around, and negative ones count from the end.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Mutation {
    Replace {
        at: i16,
        byte: u8,
    },
    Insert {
        at: i16,
        byte: u8,
    },
    Delete {
        at: i16,
    },
    Truncate {
        len: u16,
    },
    Append {
        byte: u8,
        count: u8,
    },
    /// Adding one to the last symbol changes only unused bits, if there are any.
    Add {
        at: i16,
        value: u8,
    },
    /// Removes a part between its dots.
    Strip {
        part: u8,
    },
    /// Exchanges two parts.
    Swap {
        part: u8,
        with: u8,
    },
    /// Takes a part of another valid token.
    Splice {
        part: u8,
        from: u8,
    },
    /// Changes what a part encodes, and encodes it again.
    Decoded {
        part: u8,
        edit: Edit,
    },
}

#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Edit {
    Replace {
        at: i16,
        byte: u8,
    },
    Insert {
        at: i16,
        byte: u8,
    },
    Delete {
        at: i16,
    },
    /// Exchanges the halves: `r` and `s`.
    Halves,
}

impl Mutation {
    /// Returns the token after this change; `others` are valid tokens from which parts are taken.
    pub fn apply(self, token: &[u8], others: &[[String; 2]]) -> Vec<u8> {
        let mut changed = token.to_vec();
        match self {
            Self::Replace { at, byte } => Edit::Replace { at, byte }.apply(&mut changed),
            Self::Insert { at, byte } => Edit::Insert { at, byte }.apply(&mut changed),
            Self::Delete { at } => Edit::Delete { at }.apply(&mut changed),
            Self::Truncate { len } => changed.truncate(usize::from(len)),
            Self::Append { byte, count } => changed.resize(changed.len() + usize::from(count), byte),
            Self::Add { .. } if changed.is_empty() => {}
            Self::Add { at, value } => {
                let at = wrapped(at, token.len());
                changed[at] = changed[at].wrapping_add(value);
            }
            Self::Strip { part } => {
                let mut parts = parts(token);
                let at = usize::from(part) % parts.len();
                parts[at].clear();
                changed = parts.join(&b'.');
            }
            Self::Swap { part, with } => {
                let mut parts = parts(token);
                let (one, other) = (usize::from(part) % parts.len(), usize::from(with) % parts.len());
                parts.swap(one, other);
                changed = parts.join(&b'.');
            }
            Self::Splice { part, from } => {
                let other = others.as_flattened()[usize::from(from) % (2 * others.len())].as_bytes();
                let mut parts = parts(token);
                let at = usize::from(part) % parts.len().min(5);
                parts[at] = other.split(|byte| *byte == b'.').nth(at).unwrap_or_default().to_vec();
                changed = parts.join(&b'.');
            }
            Self::Decoded { part, edit } => {
                let mut parts = parts(token);
                let at = usize::from(part) % parts.len();
                if let Ok(mut bytes) = base64url::decode(&parts[at]) {
                    edit.apply(&mut bytes);
                    parts[at] = base64url::encode(bytes).into_bytes();
                    changed = parts.join(&b'.');
                }
            }
        }
        changed
    }
}

impl Edit {
    fn apply(self, bytes: &mut Vec<u8>) {
        let len = bytes.len();
        match self {
            Self::Insert { at, byte } => bytes.insert(wrapped(at, len + 1), byte),
            _ if len == 0 => {}
            Self::Replace { at, byte } => bytes[wrapped(at, len)] = byte,
            Self::Delete { at } => drop(bytes.remove(wrapped(at, len))),
            Self::Halves => bytes.rotate_left(len / 2),
        }
    }
}

fn wrapped(at: i16, len: usize) -> usize {
    (at as isize).rem_euclid(len as isize) as usize
}

fn parts(token: &[u8]) -> Vec<Vec<u8>> {
    token.split(|byte| *byte == b'.').map(<[u8]>::to_vec).collect()
}
