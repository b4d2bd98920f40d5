//! Phone numbers: digits in international form, without a plus.

/// Everything but digits stripped; clients send `+`, spaces and brackets as typed.
pub(crate) fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// A number that could exist: E.164 allows 15 digits; fewer than 7 reach nobody.
pub(crate) fn parse(phone: &str) -> Option<String> {
    Some(digits(phone)).filter(|digits| (7..=15).contains(&digits.len()))
}

/// The code of a number made for tests, `99966XYYYY`, where X is the test DC: X five times.
/// `core.telegram.org/api/auth`, "Test accounts"; on test servers only.
pub(crate) fn test_code(phone: &str) -> Option<String> {
    let dc = phone
        .strip_prefix("99966")
        .filter(|rest| rest.len() == 5)?
        .get(..1)?;
    matches!(dc, "1" | "2" | "3").then(|| dc.repeat(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_reduced_to_digits() {
        assert_eq!(parse("+49 (151) 234-5678").as_deref(), Some("491512345678"));
        assert_eq!(parse("abc"), None);
        assert_eq!(parse("1234567890123456"), None);
    }

    #[test]
    fn test_numbers_have_the_code_of_their_dc() {
        assert_eq!(test_code("9996621234").as_deref(), Some("22222"));
        assert_eq!(test_code("9996691234"), None);
        assert_eq!(test_code("4915123456"), None);
    }
}
