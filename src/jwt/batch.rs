//! Verification of many tokens on all cores.

use alloc::vec::Vec;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::Validator;
use crate::claims::FromClaims;
use crate::error::VerifyError;
use crate::jws::{KeySource, Verified};

/// Smallest number of tokens for a thread: passing on work costs as much as a few HMACs.
const AT_LEAST: usize = 4;

impl<K: KeySource + Sync> Validator<K> {
    /// [Verifies](Self::verify) each of `tokens` on the threads of rayon: in the pool that the caller runs in, or in
    /// the global one. Results are in the order of the tokens.
    ///
    /// On idle cores, public-key signatures scale almost with the number of cores, from about ten tokens on. HMAC
    /// gains half of that from a hundred tokens on; ten tokens are faster one by one. On busy cores there is no gain.
    ///
    /// ```
    /// use jotwell::{Audience, Issuer, Validator, VerifyingKey};
    ///
    /// # fn example(key: VerifyingKey, tokens: &[String]) {
    /// # #[derive(serde::Deserialize)]
    /// # struct Account;
    /// let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"));
    /// let rejected = validator.verify_batch::<Account>(tokens).iter().filter(|result| result.is_err()).count();
    /// # }
    /// ```
    pub fn verify_batch<T>(&self, tokens: &[impl AsRef<str> + Sync]) -> Vec<Result<Verified<T>, VerifyError>>
    where
        T: for<'de> FromClaims<'de> + Send,
    {
        tokens.par_iter().with_min_len(AT_LEAST).map(|token| self.verify(token.as_ref())).collect()
    }
}
