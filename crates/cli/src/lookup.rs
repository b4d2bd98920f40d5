//! From a name as people write it to what the schema calls so.
//!
//! The schema writes `account.sendConfirmPhoneCode`, GramJS `Api.account.SendConfirmPhoneCode`; a
//! type (`auth.SentCode`) differs from a constructor (`auth.sentCode`) by one capital. So an
//! exact spelling decides first, then GramJS's, and case is ignored last.

use heliogram_tl::ErrorName;
use heliogram_tl::reflect::{self, Combinator, Method, TypeInfo, spelling};

use crate::failure::Failure;

/// What a name can stand for.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    /// A method of the API.
    Method(&'static Method),
    /// A constructor.
    Constructor(&'static Combinator),
    /// A type.
    Type(&'static TypeInfo),
    /// An error name with each code it is documented with.
    Error(Vec<&'static ErrorName>),
}

/// What `name` stands for.
pub(crate) fn find(name: &str) -> Result<Subject, Failure> {
    let (plain, of_gramjs) = match name.strip_prefix("Api.") {
        Some(rest) => (rest, true),
        None => (name, false),
    };
    let exact = || {
        method(|known| known == plain)
            .or_else(|| constructor(|known| known == plain))
            .or_else(|| schema_type(|known| known == plain))
    };
    let gramjs = || {
        let is = |known: &str| gramjs_name(known) == plain;
        method(is)
            .or_else(|| constructor(is))
            .or_else(|| schema_type(|known| with_type_prefix(known) == plain))
    };
    let any_case = || {
        let is = |known: &str| known.eq_ignore_ascii_case(plain);
        method(is)
            .or_else(|| constructor(is))
            .or_else(|| schema_type(is))
    };
    let found = if of_gramjs {
        gramjs().or_else(exact)
    } else {
        exact().or_else(gramjs)
    };
    found
        .or_else(any_case)
        .or_else(|| error(plain))
        .ok_or_else(|| unknown(name, plain, all_names()))
}

/// The method called `name`.
pub(crate) fn find_method(name: &str) -> Result<&'static Method, Failure> {
    match find(name) {
        Ok(Subject::Method(method)) => Ok(method),
        Ok(_) => Err(Failure::usage(format!("`{name}` is not a method"))
            .hint(format!("`heliogram describe {name}` says what it is"))),
        Err(_) => {
            let methods = reflect::methods().iter().map(|m| m.combinator().name);
            Err(unknown(name, name, methods))
        }
    }
}

/// A schema name in GramJS's spelling: `account.SendConfirmPhoneCode`.
pub(crate) fn gramjs_name(name: &str) -> String {
    let (namespace, local) = name.rsplit_once('.').map_or(("", name), |(n, l)| (n, l));
    let mut letters = local.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let local: String = first.chain(letters).collect();
    if namespace.is_empty() {
        local
    } else {
        format!("{namespace}.{local}")
    }
}

fn with_type_prefix(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((namespace, local)) => format!("{namespace}.Type{local}"),
        None => format!("Type{name}"),
    }
}

fn method(is: impl Fn(&str) -> bool) -> Option<Subject> {
    reflect::methods()
        .iter()
        .find(|method| is(method.combinator().name))
        .map(Subject::Method)
}

fn constructor(is: impl Fn(&str) -> bool) -> Option<Subject> {
    reflect::combinators()
        .iter()
        .find(|combinator| !combinator.function && is(combinator.name))
        .map(Subject::Constructor)
}

fn schema_type(is: impl Fn(&str) -> bool) -> Option<Subject> {
    reflect::types()
        .iter()
        .find(|info| is(info.name))
        .map(Subject::Type)
}

/// By its pattern (`FLOOD_WAIT_%d`), with a number (`FLOOD_WAIT_30`), with GramJS's letter
/// (`FLOOD_WAIT_X`), or without (`FLOOD_WAIT`).
fn error(name: &str) -> Option<Subject> {
    let upper = name.to_ascii_uppercase();
    let codes = |is: &dyn Fn(&ErrorName) -> bool| {
        let found: Vec<_> = ErrorName::ALL.iter().filter(|error| is(error)).collect();
        (!found.is_empty()).then_some(Subject::Error(found))
    };
    codes(&|error| error.pattern.eq_ignore_ascii_case(&upper))
        .or_else(|| codes(&|error| error.matches(&upper).is_some()))
        .or_else(|| {
            let stem = upper.strip_suffix("_X").unwrap_or(&upper);
            codes(&|error| error.pattern.strip_suffix("_%d") == Some(stem))
        })
}

fn all_names() -> impl Iterator<Item = &'static str> {
    let combinators = reflect::combinators().iter().map(|found| found.name);
    let types = reflect::types().iter().map(|found| found.name);
    let errors = ErrorName::ALL.iter().map(|found| found.pattern);
    combinators.chain(types).chain(errors)
}

fn unknown<'a>(written: &str, name: &str, names: impl Iterator<Item = &'a str>) -> Failure {
    let failure = Failure::usage(format!(
        "`{written}` is not in the schema of layer {}",
        heliogram_tl::LAYER
    ));
    match spelling::question(&spelling::closest(name, names)) {
        Some(question) => failure.hint(question),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> String {
        match find(name) {
            Ok(Subject::Method(found)) => format!("method {}", found.combinator().name),
            Ok(Subject::Constructor(found)) => format!("constructor {}", found.name),
            Ok(Subject::Type(found)) => format!("type {}", found.name),
            Ok(Subject::Error(found)) => format!("error {}", found[0].pattern),
            Err(failure) => format!("{failure:?}"),
        }
    }

    #[test]
    fn one_capital_tells_a_type_from_a_constructor() {
        assert_eq!(kind("auth.sentCode"), "constructor auth.sentCode");
        assert_eq!(kind("auth.SentCode"), "type auth.SentCode");
        assert_eq!(kind("Api.auth.SentCode"), "constructor auth.sentCode");
        assert_eq!(kind("Api.auth.TypeSentCode"), "type auth.SentCode");
    }

    #[test]
    fn methods_are_found_in_every_spelling() {
        for name in [
            "account.sendConfirmPhoneCode",
            "account.SendConfirmPhoneCode",
            "Api.account.SendConfirmPhoneCode",
            "ACCOUNT.SENDCONFIRMPHONECODE",
        ] {
            assert_eq!(kind(name), "method account.sendConfirmPhoneCode");
        }
    }

    #[test]
    fn errors_are_found_with_and_without_their_number() {
        for name in [
            "FLOOD_WAIT_%d",
            "FLOOD_WAIT_30",
            "FLOOD_WAIT_X",
            "flood_wait",
        ] {
            assert_eq!(kind(name), "error FLOOD_WAIT_%d");
        }
        assert_eq!(kind("2FA_CONFIRM_WAIT_604800"), "error 2FA_CONFIRM_WAIT_%d");
    }

    #[test]
    fn a_typo_is_answered_with_the_closest_names() {
        let answer = kind("account.sendConfirmPhoneCoed");
        assert!(
            answer.contains("did you mean `account.sendConfirmPhoneCode`"),
            "{answer}"
        );
    }
}
