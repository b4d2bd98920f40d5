//! Phone: what reached a number, as its owner would see it.

use axum::Form;
use axum::extract::Query;
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;

use super::accounts::name;
use super::dates;
use super::frame::{self, Page};
use super::here::Here;
use super::refused::Refused;
use crate::inbox::{InboxItem, InboxKind};
use crate::phone::digits;

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    number: String,
}

/// `GET /phone?number=`
pub(super) async fn show(here: Here, Query(which): Query<Which>) -> Result<Markup, Refused> {
    let number = digits(&which.number);
    let users = here.core().users().await?;
    let items = here.core().inbox(&number).await?;
    let owners: Vec<_> = users
        .iter()
        .filter_map(|user| Some((user.phone.as_deref()?, name(user))))
        .collect();
    let owner = owners.iter().find(|(phone, _)| *phone == number);
    let body = html! {
        h1 { "Phone" }
        div.split {
            section.numbers aria-labelledby="numbers" {
                h2 #numbers { "Numbers" }
                form.row method="get" action=(here.to("/phone")) {
                    label.hidden for="number" { "Another number" }
                    input #number name="number" type="tel" required placeholder="Another number" autocomplete="off";
                    button { "Open" }
                }
                ul.list #owners data-on="user" {
                    @for (phone, name) in &owners {
                        li { a href=(here.to(&format!("/phone?number={phone}"))) aria-current=[(*phone == number).then_some("true")] {
                            span { (name) } " " span.number.muted { "+" (phone) }
                        } }
                    }
                }
            }
            section.handset aria-label="Messages" {
                @if number.is_empty() {
                    p.empty { "Choose a number to read what was sent to it: codes, calls and notices." }
                } @else {
                    header {
                        h2 { @if let Some((_, name)) = owner { (name) " " } span.number.muted { "+" (number) } }
                        form method="post" action=(here.to("/phone/clear")) {
                            input type="hidden" name="number" value=(number);
                            button.quiet { "Clear" }
                        }
                    }
                    div #inbox data-on="inbox user" { (messages(&items)) }
                }
            }
        }
    };
    Ok(frame::frame(&here, Page::Phone, "Phone", &body))
}

/// `POST /phone/clear`
pub(super) async fn clear(here: Here, Form(which): Form<Which>) -> Result<Redirect, Refused> {
    let number = digits(&which.number);
    here.core().clear_inbox(Some(&number)).await?;
    Ok(Redirect::to(&here.to(&format!("/phone?number={number}"))))
}

fn messages(items: &[InboxItem]) -> Markup {
    html! {
        @if items.is_empty() {
            p.empty { "Nothing has reached this number." }
        } @else {
            ol.messages {
                @for item in items.iter().rev() {
                    li class={ "by-" (item.kind.name()) } {
                        p.from { span.tag { (label(item.kind)) } " " strong { (item.from) } " " (dates::moment(item.date)) }
                        p.text { (marked(&item.text)) }
                    }
                }
            }
        }
    }
}

fn label(kind: InboxKind) -> &'static str {
    match kind {
        InboxKind::Sms => "SMS",
        InboxKind::Call => "Call",
        InboxKind::FlashCall => "Flash call",
        InboxKind::MissedCall => "Missed call",
        InboxKind::Fragment => "Fragment",
        InboxKind::App => "In the app",
        InboxKind::Notice => "Notice",
        InboxKind::Email => "E-mail",
    }
}

/// The text with what looks like a code, 5 to 7 digits on their own, set apart.
fn marked(text: &str) -> Markup {
    let inside = |c: char| c.is_ascii_alphanumeric() || "/=&?_-".contains(c);
    let mut rest = text;
    let mut parts = Vec::new();
    while let Some(start) = rest.find(inside) {
        let length = rest[start..]
            .find(|c| !inside(c))
            .unwrap_or(rest.len() - start);
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(length);
        let code = (5..=7).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
        parts.push((before, word, code));
        rest = after;
    }
    html! {
        @for (before, word, code) in parts { (before) @if code { strong.code { (word) } } @else { (word) } }
        (rest)
    }
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn a_code_is_set_apart_and_nothing_else() {
        let text = marked("Your code: 12345. Number +9996621234, link t.me/x?hash=123456 <b>")
            .into_string();
        assert_eq!(
            text,
            "Your code: <strong class=\"code\">12345</strong>. Number +9996621234, link t.me/x?hash=123456 &lt;b&gt;"
        );
    }
}
