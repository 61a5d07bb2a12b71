//! Many tokens at once, over the cores of the machine.

use alloc::vec::Vec;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::Validator;
use crate::claims::FromClaims;
use crate::error::VerifyError;
use crate::jws::{KeySource, Verified};

/// Tokens that one thread takes at least: handing them out costs as much as some HMACs.
const AT_LEAST: usize = 4;

impl<K: KeySource + Sync> Validator<K> {
    /// [Verifies](Self::verify) each of `tokens` on the threads of rayon: those of the pool in which it is called, or of the global
    /// pool. Results are in the order of the tokens.
    ///
    /// On idle cores, public-key signatures scale almost with the number of cores, from about ten tokens. HMAC gains half of that
    /// from a hundred tokens; ten are faster one by one. On busy cores nothing is gained.
    ///
    /// ```
    /// use jotwell::{Audience, Issuer, Validator, VerifyingKey};
    ///
    /// # fn example(key: VerifyingKey, tokens: &[String]) {
    /// # #[derive(serde::Deserialize)]
    /// # struct Account;
    /// let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"));
    /// let refused = validator.verify_batch::<Account>(tokens).iter().filter(|answer| answer.is_err()).count();
    /// # }
    /// ```
    pub fn verify_batch<T>(&self, tokens: &[impl AsRef<str> + Sync]) -> Vec<Result<Verified<T>, VerifyError>>
    where
        T: for<'de> FromClaims<'de> + Send,
    {
        tokens.par_iter().with_min_len(AT_LEAST).map(|token| self.verify(token.as_ref())).collect()
    }
}
