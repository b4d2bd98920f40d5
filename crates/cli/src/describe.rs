//! `heliogram describe NAME`: the reference page of a method, constructor, type or error.

#[cfg(test)]
mod generated;
mod json;
mod markdown;
mod page;
mod text;

use clap::Args;

use crate::descriptions::Descriptions;
use crate::failure::Failure;
use crate::{lookup, output};

use page::Page;

/// What to describe, and how.
#[derive(Args)]
pub(crate) struct Describe {
    /// A method, constructor, type or error, in the schema's spelling or GramJS's
    name: String,
    /// Print a page in Markdown
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Describe {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let page = Page::of(lookup::find(&self.name)?, &Descriptions::load());
        if self.json {
            output::json(&json::render(&page))
        } else if self.markdown {
            output::text(&markdown::render(&page))
        } else {
            output::text(&text::render(&page))
        }
    }
}

#[cfg(test)]
mod tests {
    use heliogram_tl::reflect;

    use super::generated::Generated;
    use super::*;
    use crate::lookup::Subject;

    #[test]
    fn every_method_and_constructor_has_a_page_whose_example_names_only_what_exists() {
        let (generated, descriptions) = (Generated::read(), Descriptions::load());
        let methods = reflect::methods().iter().map(Subject::Method);
        let constructors = reflect::combinators()
            .iter()
            .filter(|found| !found.function);
        for subject in methods.chain(constructors.map(Subject::Constructor)) {
            let page = Page::of(subject, &descriptions);
            let name = &page.name;
            assert!(text::render(&page).contains(name), "{name}");
            assert!(markdown::render(&page).starts_with(&format!("# {}\n", page.title)));
            assert_eq!(json::render(&page)["name"], **name);
            let Some(rust) = &page.rust else {
                assert_eq!(page.kind, "constructor", "every method has an example");
                continue;
            };
            generated.check(rust, name);
            for required in page.parameters.iter().flatten().filter(|one| !one.optional) {
                let field = required.name.to_lowercase();
                assert!(
                    rust.contains(&field),
                    "{name}: {field} is missing in\n{rust}"
                );
            }
        }
    }
}
