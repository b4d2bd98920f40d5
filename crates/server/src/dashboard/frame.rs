//! What stands around every page: the head, the clock, the way to the other pages.

use axum::response::Redirect;
use maud::{DOCTYPE, Markup, html};

use super::clock;
use super::here::Here;
use crate::worlds::MAIN;

/// The pages of a world, in the order of the navigation; each has its digit as access key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Accounts,
    Phone,
    Journal,
    Clock,
    Rules,
    Coverage,
    Worlds,
}

const PAGES: [(Page, &str, &str); 6] = [
    (Page::Accounts, "/", "Accounts"),
    (Page::Phone, "/phone", "Phone"),
    (Page::Journal, "/journal", "Journal"),
    (Page::Clock, "/clock", "Clock"),
    (Page::Rules, "/rules", "Rules"),
    (Page::Coverage, "/coverage", "Coverage"),
];

/// A page of a world. `body` begins with its heading.
pub(super) fn frame(here: &Here, page: Page, title: &str, body: &Markup) -> Markup {
    let name = here.world.name();
    let reading = here.core().clock();
    let links = html! {
        @for (index, (to, path, label)) in PAGES.iter().enumerate() {
            li {
                a href=(here.to(path)) accesskey=(index + 1) aria-current=[(*to == page).then_some("page")] { (label) }
            }
        }
        // There is one such page for all worlds.
        li { a href="/worlds" accesskey=(PAGES.len() + 1) aria-current=[(page == Page::Worlds).then_some("page")] { "Worlds" } }
    };
    html! {
        (DOCTYPE)
        html lang="en" data-now=(reading.now) data-frozen[reading.frozen] data-api=(here.api()) data-page=(here.path) {
            (head(title))
            body {
                a.skip href="#main" { "Skip to the page" }
                header.top {
                    p.brand {
                        a href=(here.to("/")) { (mark()) "Heliogram" }
                        @if name != MAIN { span.world { "World " strong { (name) } } }
                    }
                    (clock::strip(here, reading))
                }
                nav.pages aria-label="Pages" { ul { (links) } }
                main #main tabindex="-1" { (body) }
            }
        }
    }
}

/// A page that belongs to no world.
pub(super) fn bare(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title))
            body.bare {
                header.top { p.brand { a href="/" { (mark()) "Heliogram" } } }
                main #main tabindex="-1" { (body) }
            }
        }
    }
}

/// Leads back to the page that a form was on. Only a path of ours is followed; browsers take `//host` and `/\host`
/// for another host.
pub(super) fn back(to: &str) -> Redirect {
    let plain = |c: char| c.is_ascii_graphic() && c != '\\';
    let ours = to.starts_with('/') && !to.starts_with("//") && to.chars().all(plain);
    Redirect::to(if ours { to } else { "/" })
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            title { (title) " · Heliogram" }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
            link rel="stylesheet" href="/assets/style.css";
            script src="/assets/script.js" defer {}
        }
    }
}

fn mark() -> Markup {
    html! { img src="/assets/icon.svg" alt="" width="24" height="24"; }
}
