//! Our own words about methods, constructors, types and errors, from `descriptions.toml`.
//!
//! What is not described there is empty.

use serde_json::Value as Json;

/// The descriptions.
pub(crate) struct Descriptions {
    root: Json,
}

impl Descriptions {
    /// Those built into the program.
    pub(crate) fn load() -> Self {
        let root = toml::from_str(include_str!("../descriptions.toml"))
            .expect("descriptions.toml is TOML, since a test reads it");
        Self { root }
    }

    /// The summary of a method or constructor.
    pub(crate) fn summary(&self, section: &str, name: &str) -> &str {
        text(&self.root[section][name]["summary"])
    }

    /// What a field of a method or constructor is for.
    pub(crate) fn parameter(&self, section: &str, name: &str, field: &str) -> &str {
        text(&self.root[section][name]["params"][field])
    }

    /// When an error is raised.
    pub(crate) fn meaning(&self, error: &str) -> &str {
        text(&self.root["errors"][error]["meaning"])
    }

    /// The arguments of the example call.
    pub(crate) fn example(&self, method: &str) -> Vec<String> {
        texts(&self.root["methods"][method]["example"])
    }

    /// Related pages: path below core.telegram.org, title, what it is about.
    pub(crate) fn related(&self, section: &str, name: &str) -> Vec<Related> {
        texts(&self.root[section][name]["related"])
            .into_iter()
            .map(|path| {
                let page = &self.root["pages"][&path];
                Related {
                    title: text(&page["title"]).to_owned(),
                    about: text(&page["summary"]).to_owned(),
                    path,
                }
            })
            .collect()
    }
}

/// A page to read on.
pub(crate) struct Related {
    /// `api/account-deletion`
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) about: String,
}

impl Related {
    /// Where it stands on the web.
    pub(crate) fn url(&self) -> String {
        format!("https://core.telegram.org/{}", self.path)
    }
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

fn texts(value: &Json) -> Vec<String> {
    let values = value.as_array().into_iter().flatten();
    values.filter_map(Json::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use heliogram_tl::reflect;
    use heliogram_tl::{ErrorName, reflect::Type};

    use super::*;

    #[test]
    fn everything_described_is_in_the_schema() {
        let descriptions = Descriptions::load();
        let entries = |section: &str| {
            let section = descriptions.root[section].as_object().cloned();
            section.unwrap_or_default().into_iter()
        };
        for section in ["methods", "constructors"] {
            for (name, entry) in entries(section) {
                let found = reflect::by_name(&name).unwrap_or_else(|| panic!("{section}: {name}"));
                assert_eq!(found.function, section == "methods", "{name}");
                for (field, note) in entry["params"].as_object().into_iter().flatten() {
                    let known =
                        |known: &reflect::Field| known.name == field && known.ty != Type::Flags;
                    assert!(found.fields.iter().any(known), "{name} has no {field}");
                    assert!(note.is_string(), "{name}.{field}");
                }
                for page in texts(&entry["related"]) {
                    assert!(
                        descriptions.root["pages"][&page]["title"].is_string(),
                        "{page} has no title"
                    );
                }
            }
        }
        for (name, _) in entries("types") {
            assert!(
                reflect::types().iter().any(|known| known.name == name),
                "{name}"
            );
        }
        for (name, _) in entries("errors") {
            assert!(
                ErrorName::ALL.iter().any(|known| known.pattern == name),
                "{name}"
            );
        }
    }

    #[test]
    fn a_method_that_is_described_is_described_in_full() {
        let descriptions = Descriptions::load();
        for name in descriptions.root["methods"]
            .as_object()
            .expect("a section")
            .keys()
        {
            let method = reflect::method(name).expect("everything described is in the schema");
            assert!(!descriptions.summary("methods", name).is_empty(), "{name}");
            for field in method.combinator().fields {
                let note = descriptions.parameter("methods", name, field.name);
                assert!(
                    field.ty == Type::Flags || !note.is_empty(),
                    "{name}.{}",
                    field.name
                );
            }
            for error in method.errors() {
                let meaning = descriptions.meaning(error.pattern);
                assert!(!meaning.is_empty(), "{name}: {}", error.pattern);
            }
        }
    }
}
