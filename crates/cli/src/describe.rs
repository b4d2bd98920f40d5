//! `heliogram describe NAME`: the reference page of a method, constructor, type or error.

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
