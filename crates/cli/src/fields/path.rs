//! The part before the `=`: `settings.logout_tokens[0]`.

/// One step from an object to what it holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// `.name`
    Field(&'a str),
    /// `[index]`
    Index(usize),
}

/// The steps of a path, or what is wrong with it.
pub(super) fn steps(path: &str) -> Result<Vec<Step<'_>>, String> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        let named =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !named {
            return Err(format!("`{part}` is not the name of a field"));
        }
        steps.push(Step::Field(name));
        let mut rest = indices;
        while !rest.is_empty() {
            let index = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            let Some((digits, behind)) = index else {
                return Err(format!("`{rest}` is not an index such as [0]"));
            };
            let index = digits
                .parse()
                .map_err(|_| format!("`[{digits}]` is not an index such as [0]"))?;
            steps.push(Step::Index(index));
            rest = behind;
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_indices_alternate() {
        let expected = [
            Step::Field("settings"),
            Step::Field("logout_tokens"),
            Step::Index(0),
        ];
        assert_eq!(steps("settings.logout_tokens[0]"), Ok(expected.into()));
        assert_eq!(
            steps("a[1][2]"),
            Ok(vec![Step::Field("a"), Step::Index(1), Step::Index(2)])
        );
    }

    #[test]
    fn what_is_no_path_is_named() {
        for path in [
            "",
            ".a",
            "a.",
            "a[",
            "a[x]",
            "a[0",
            "a[0]b",
            "[0]",
            "a-b",
            "a[99999999999999999999]",
        ] {
            assert!(steps(path).is_err(), "{path}");
        }
    }
}
