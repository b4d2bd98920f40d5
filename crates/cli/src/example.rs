//! An example for every method: a call that the schema accepts, as Rust and as a command line.
//!
//! Where `descriptions.toml` has an example, written as arguments of `heliogram invoke`, it
//! is that. Otherwise the required fields are filled by name and type, and of a type with
//! several constructors the simplest is taken. Either way the example is an object of
//! the schema before it becomes text, so it names nothing that does not exist.

mod names;
mod rust;
mod sample;

use heliogram_tl::reflect::{Combinator, Object};

use crate::descriptions::Descriptions;
use crate::fields;

/// The example of a method or constructor.
pub(crate) struct Example {
    object: Object,
}

impl Example {
    /// Made up from names and types, or taken from the descriptions.
    pub(crate) fn of(combinator: &'static Combinator, descriptions: &Descriptions) -> Self {
        let written = descriptions.example(combinator.name);
        let object = if written.is_empty() {
            sample::of(combinator)
        } else {
            fields::parse(combinator, &written)
                .unwrap_or_else(|error| panic!("an example in descriptions.toml: {error:?}"))
        };
        Self { object }
    }

    /// A whole program that makes the call.
    pub(crate) fn program(&self) -> String {
        rust::program(&self.object)
    }

    /// The expression that makes the object.
    pub(crate) fn expression(&self) -> String {
        rust::expression(&self.object)
    }

    /// The same call by this program.
    pub(crate) fn command(&self) -> String {
        let mut command = format!("heliogram invoke {}", self.object.combinator().name);
        for argument in fields::arguments(&self.object) {
            command.push(' ');
            command.push_str(&quoted(&argument));
        }
        command
    }
}

/// An argument as a POSIX shell takes it unchanged.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-+.,:/=@%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use heliogram_tl::reflect;

    use super::*;

    #[test]
    fn every_method_has_an_example_that_its_own_command_line_makes_again() {
        let descriptions = Descriptions::load();
        for method in reflect::methods() {
            let example = Example::of(method.combinator(), &descriptions);
            let arguments = fields::arguments(&example.object);
            let again = fields::parse(method.combinator(), &arguments);
            let name = method.combinator().name;
            let again = again.unwrap_or_else(|error| panic!("{name}: {arguments:?}: {error:?}"));
            assert!(again == example.object, "{name}: {arguments:?}");
        }
    }

    #[test]
    fn a_shell_takes_quoted_arguments_unchanged() {
        assert_eq!(quoted("a.b=1"), "a.b=1");
        assert_eq!(quoted("a[0]=it's"), r"'a[0]=it'\''s'");
    }
}
