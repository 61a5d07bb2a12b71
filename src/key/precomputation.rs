//! What a key may compute ahead.

/// Whether a [`VerifyingKey`](crate::VerifyingKey) for ECDSA or EdDSA keeps a table of multiples of its point, with
/// which ECDSA verifies three to nine times as fast, and EdDSA one and a half times.
///
/// A table is memory for as long as the key or a clone of it lives, and its making takes as long as some
/// verifications without one:
///
/// | `alg` | table of a key | made in the time of | table of the curve |
/// |---|---|---|---|
/// | ES256 | 86 KiB | 6 verifications | 256 KiB |
/// | ES384 | 116 KiB | 4 verifications | 330 KiB |
/// | ES512 | 148 KiB | 4 verifications | 392 KiB |
/// | ES256K | 65 KiB | 7 verifications | 320 KiB |
/// | EdDSA | 128 KiB | 10 verifications | 370 KiB |
///
/// The curve's own table is made once in a process, with the first table of a key, and takes one to ten
/// milliseconds. No verification waits for a table: while one thread makes it, the others go on without.
///
/// Tables are for public data alone, and change no answer. They need the feature `std`; without it, and for
/// keys of other families, the choice does nothing.
///
/// # What to choose
///
/// [`Lazy`](Self::Lazy), the default, for some hundred keys. In a set of ten thousand keys, each of them
/// busy, tables come to 860 MiB for ES256; those keys had better have [`Never`](Self::Never), and the busiest
/// [`Now`](Self::Eager). So had keys that others bring, such as one per tenant: who holds a private key can have
/// its table made.
///
/// ```
/// use jotwell::{Algorithm, JwkSet, KeyError, Precomputation};
///
/// fn many_keys(json: &str) -> Result<JwkSet, KeyError> {
///     let set = JwkSet::from_json(json, &[Algorithm::ES256])?;
///     let keys = set.keys().iter().cloned();
///     JwkSet::from_keys(keys.map(|key| key.with_precomputation(Precomputation::Never)))
/// }
/// # let json = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"1","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}]}"#;
/// # assert_eq!(many_keys(json)?.len(), 1);
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precomputation {
    /// No table, ever.
    Never,
    /// A table once the key has verified eight signatures. Those that fail do not count, so it takes a valid
    /// token to have it made, at least one. The eighth verification takes longer by the making.
    #[default]
    Lazy,
    /// A table at once, so that no verification takes longer than the others.
    Eager,
}
