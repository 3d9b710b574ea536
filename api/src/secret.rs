//! Chance that nobody can foresee.

use crate::problem::Problem;

/// `bytes` random bytes as hexadecimal text.
pub(crate) fn text(bytes: usize) -> Result<String, Problem> {
    let mut noise = vec![0; bytes];
    getrandom::fill(&mut noise).map_err(|e| Problem::internal(format!("no randomness: {e}")))?;
    Ok(noise.iter().map(|b| format!("{b:02x}")).collect())
}
