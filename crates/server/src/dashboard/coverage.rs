//! Coverage: how well each method is answered, in four words.

use axum::extract::Query;
use maud::{Markup, html};
use serde::Deserialize;

use super::frame::{self, Page};
use super::here::Here;
use crate::coverage::Coverage;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    find: String,
    word: String,
}

/// `GET /coverage?find=&word=`
pub(super) async fn show(here: Here, Query(filter): Query<Filter>) -> Markup {
    let answered = here.core().answered();
    let all = here.core().coverage();
    let wanted = filter.find.trim().to_lowercase();
    let shown: Vec<_> = all
        .iter()
        .filter(|method| filter.word.is_empty() || method.coverage.to_string() == filter.word)
        .filter(|method| method.name.to_lowercase().contains(&wanted))
        .collect();
    let count = |word: Coverage| all.iter().filter(|method| method.coverage == word).count();
    let body = html! {
        h1 { "Coverage" }
        ul.counts {
            @for (word, meaning) in WORDS {
                li {
                    a href={ (here.to("/coverage")) "?word=" (word.to_string().replace('+', "%2B")) }
                        aria-current=[(word.to_string() == filter.word).then_some("true")] {
                        strong.number { (count(word)) } " " span.word { (word) }
                    }
                    p.hint { (meaning) }
                }
            }
        }
        form.row role="search" method="get" action=(here.to("/coverage")) {
            label for="find" { "Method" }
            input #find type="search" name="find" value=(filter.find) placeholder="account." autocomplete="off";
            label for="word" { "Word" }
            select #word name="word" {
                option value="" { "any" }
                @for (word, _) in WORDS {
                    option value=(word) selected[word.to_string() == filter.word] { (word) }
                }
            }
            button { "Filter" }
        }
        p role="status" { (shown.len()) " of " (all.len()) " methods" }
        table {
            caption.hidden { "Methods" }
            thead { tr { th scope="col" { "Method" } th scope="col" { "Coverage" } th.end scope="col" { "Answered" } } }
            tbody { @for method in shown {
                tr {
                    th.mono scope="row" { (breakable(method.name)) }
                    td { span.word data-word=(method.coverage) { (method.coverage) } }
                    td.end.number { (answered.get(method.name).copied().unwrap_or(0)) }
                }
            } }
        }
    };
    frame::frame(&here, Page::Coverage, "Coverage", &body)
}

const WORDS: [(Coverage, &str); 4] = [
    (
        Coverage::StatefulForeign,
        "a client that others wrote was seen to have it answered",
    ),
    (Coverage::Stateful, "a handler with state answers"),
    (Coverage::Rule, "a rule scripts the answer"),
    (Coverage::None, "400 METHOD_NOT_IMPLEMENTED"),
];

/// A long name that may be broken after its dot and before its capitals.
fn breakable(name: &str) -> Markup {
    html! {
        @for (index, part) in name.split_inclusive('.').enumerate() { @if index > 0 { wbr; } (part) }
    }
}
