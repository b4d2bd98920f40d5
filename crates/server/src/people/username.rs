//! User names: 5 to 32 letters of the Latin alphabet, digits and single underscores, a letter first and no underscore
//! last. Whatever the case, one name is one account's. `core.telegram.org/api/usernames`.

use crate::cx::Scope;
use crate::store::StoreError;

/// The shortest name that can be had for nothing.
pub(crate) const SHORTEST: usize = 5;
const LONGEST: usize = 32;

/// Why a name cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Malformed,
    /// Names of four letters are sold elsewhere.
    ForSale,
    Taken,
}

/// Whether an account may have this name, which may be its own already.
pub(crate) fn available(
    scope: &Scope<'_>,
    name: &str,
    user_id: i64,
) -> Result<Result<(), Refused>, StoreError> {
    if !is_well_formed(name) || name.len() < SHORTEST - 1 {
        return Ok(Err(Refused::Malformed));
    }
    let owner = scope.tx.accounts().by_username(name)?;
    Ok(match owner {
        Some(owner) if owner.id != user_id => Err(Refused::Taken),
        None if name.len() < SHORTEST => Err(Refused::ForSale),
        _ => Ok(()),
    })
}

/// Whether somebody could have this name, of whatever length.
pub(crate) fn is_well_formed(name: &str) -> bool {
    (1..=LONGEST).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.ends_with('_')
        && !name.contains("__")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_digits_and_single_underscores() {
        let longest = "a".repeat(32);
        for good in ["ada", "Ada_Lovelace", "a1b2c", &longest] {
            assert!(is_well_formed(good), "{good}");
        }
        let longer = "a".repeat(33);
        for bad in [
            "", "1ada5", "_adaa", "adaa_", "ada__l", "ada.l", "ada l", "adaé5", "@adal", &longer,
        ] {
            assert!(!is_well_formed(bad), "{bad}");
        }
    }
}
