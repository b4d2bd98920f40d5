//! Journal: the last calls, newest first, each with its request and its answer.

use axum::extract::{Path, Query};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;

use super::accounts::name;
use super::dates;
use super::fields::{self, Complaint};
use super::frame::{self, Page};
use super::here::Here;
use super::refused::Refused;
use super::tree::{Extent, tree};
use crate::instrument::{Entry, Filter, Secrets};
use crate::operations::UserSummary;

/// What the form over the list says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    method: String,
    user: String,
    error: String,
    by: String,
    secrets: bool,
}

/// `GET /journal?method=&user=&error=&by=&secrets=`
pub(super) async fn list(here: Here, Query(wanted): Query<Wanted>) -> Result<Markup, Refused> {
    let users = here.core().users().await?;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = Filter {
        method: given(&wanted.method),
        user_id: wanted.user.parse().ok(),
        error: given(&wanted.error),
        by: wanted.by.parse().ok(),
        limit: Some(SHOWN),
        newest_first: true,
        ..Filter::default()
    };
    let (calls, complaint) = match here.core().journal().read(&filter) {
        Ok(calls) => (calls, None),
        Err(error) => (Vec::new(), Some(Complaint::of(error)?)),
    };
    let kept = here.core().journal().count(&Filter::default());
    let body = html! {
        div.title {
            h1 { "Journal" }
            form method="post" action=(here.to("/journal/clear")) { button.quiet { "Clear" } }
        }
        (form(&here, &wanted, &users, complaint.as_ref()))
        section #calls data-on="call" aria-label="Calls" {
            p.hint { (calls.len()) " shown of " (kept.unwrap_or(0)) " kept, newest first" }
            ol.calls data-keyed {
                @for call in &calls { li id={ "call" (call.number) } { (row(&here, call, &users, wanted.secrets)) } }
            }
            @if calls.is_empty() {
                p.empty { "No call " @if filter_is_set(&wanted) { "passes the filter." } @else { "has come yet." } }
            }
        }
    };
    Ok(frame::frame(&here, Page::Journal, "Journal", &body))
}

/// Names a call.
#[derive(Deserialize)]
pub(super) struct Number {
    number: u64,
}

#[derive(Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    secrets: bool,
}

/// `GET /journal/{number}`: all of a call.
pub(super) async fn show(
    here: Here,
    Path(Number { number }): Path<Number>,
    Query(Shown { secrets }): Query<Shown>,
) -> Result<Markup, Refused> {
    let filter = Filter {
        since: number.saturating_sub(1),
        limit: Some(1),
        ..Filter::default()
    };
    let found = here.core().journal().read(&filter)?;
    let Some(call) = found.first().filter(|call| call.number == number) else {
        return Err(Refused::not_found(format!(
            "The journal has no call {number}; it forgets the oldest."
        )));
    };
    let users = here.core().users().await?;
    let title = call.method.unwrap_or("unreadable call");
    let path = here.to(&format!("/journal/{number}"));
    let body = html! {
        p { a href=(here.to("/journal")) { "Journal" } }
        div.title { h1.mono { (title) } (outcome(call)) }
        dl.facts {
            dt { "Number" } dd { span.number { (call.number) } }
            dt { "Date" } dd { (dates::moment(call.date)) }
            dt { "Caller" } dd { (caller(&here, call, &users)) }
            dt { "Answered by" } dd { (call.by) ", in " (took(call)) }
            dt { "Layer" } dd { (call.layer) ", DC " (call.dc_id) }
            dt { "Connection" } dd { span.number { (call.connection) } }
            dt { "Session" } dd { span.number { (call.session) } }
            dt { "msg_id" } dd { span.number { (call.msg_id) } }
        }
        (trees(call, secrets, Extent::ALL))
        p {
            @if secrets { a href=(path) { "Hide secrets" } }
            @else { a href={ (path) "?secrets=true" } { "Show secrets" } }
        }
    };
    Ok(frame::frame(&here, Page::Journal, title, &body))
}

/// `POST /journal/clear`
pub(super) async fn clear(here: Here) -> Redirect {
    here.core().journal().clear();
    Redirect::to(&here.to("/journal"))
}

fn filter_is_set(wanted: &Wanted) -> bool {
    [&wanted.method, &wanted.user, &wanted.error, &wanted.by]
        .iter()
        .any(|text| !text.is_empty())
}

fn form(
    here: &Here,
    wanted: &Wanted,
    users: &[UserSummary],
    complaint: Option<&Complaint>,
) -> Markup {
    html! {
        (fields::notice(complaint, &[]))
        form.filter role="search" method="get" action=(here.to("/journal")) {
            div.field {
                label for="method" { "Method" }
                input #method type="search" name="method" value=(wanted.method) placeholder="auth.sendCode" autocomplete="off";
            }
            div.field { label for="user" { "User" } (user_choice("user", users, &wanted.user, "anyone")) }
            div.field {
                label for="error" { "Error" }
                input #error type="search" name="error" value=(wanted.error) placeholder="FLOOD_WAIT" autocomplete="off";
            }
            div.field {
                label for="by" { "Answered by" }
                select #by name="by" {
                    option value="" { "anybody" }
                    @for by in ["handler", "rule", "fault", "auto_reply", "nobody"] {
                        option value=(by) selected[wanted.by == by] { (by) }
                    }
                }
            }
            label.check { input type="checkbox" name="secrets" value="true" checked[wanted.secrets]; "show secrets" }
            button { "Filter" }
        }
    }
}

/// A choice among the users; the value is an id, or nothing.
pub(super) fn user_choice(id: &str, users: &[UserSummary], chosen: &str, nobody: &str) -> Markup {
    html! {
        select id=(id) name="user" {
            option value="" { (nobody) }
            @for user in users { option value=(user.id) selected[user.id.to_string() == chosen] { (name(user)) } }
        }
    }
}

fn row(here: &Here, call: &Entry, users: &[UserSummary], secrets: bool) -> Markup {
    let open = here.to(&format!("/journal/{}", call.number));
    html! {
        details.call id={ "open" (call.number) } {
            summary {
                span.mono.method { (call.method.unwrap_or("unreadable call")) }
                (outcome(call))
                span.by { (caller(here, call, users)) }
                time datetime={ (dates::stamp(call.date).replace(' ', "T")) "Z" } { (dates::stamp(call.date)) }
            }
            (trees(call, secrets, Extent::GLANCE))
            p.hint {
                "Answered by " (call.by) " in " (took(call)) ", layer " (call.layer) ", connection " (call.connection) " · "
                a href=(open) { "All of call " (call.number) }
            }
        }
    }
}

fn trees(call: &Entry, secrets: bool, extent: Extent) -> Markup {
    let shown = if secrets {
        Secrets::Shown
    } else {
        Secrets::Hidden
    };
    let json = call.to_json(shown);
    let part = |heading: &str, name: &str| {
        let id = format!("c{}.{name}", call.number);
        html! { section { h3 { (heading) } (tree(&id, &json[name], extent)) } }
    };
    html! {
        div.columns.trees {
            @if call.request.is_some() { (part("Request", "request")) }
            @else { section { h3 { "Request" } p.muted { (call.request_bytes) " bytes that cannot be read" } } }
            @match call.error() {
                Some(error) => section { h3 { "Error" } p.mono { strong.bad { (error.code) " " (error.message) } } },
                None => (part("Reply", "result")),
            }
        }
    }
}

/// The error, or the constructor of the result.
fn outcome(call: &Entry) -> Markup {
    html! {
        @if let Some(error) = call.error() {
            span.tag.bad { (error.code) " " (error.message) }
        } @else {
            @let result = call.result();
            @let kind = result.and_then(|result| result.get("_")).and_then(Json::as_str);
            @let truth = result.and_then(Json::as_bool).map(|truth| truth.to_string());
            span.tag.good { (kind.or(truth.as_deref()).unwrap_or("answered")) }
        }
    }
}

fn caller(here: &Here, call: &Entry, users: &[UserSummary]) -> Markup {
    let known = users.iter().find(|user| Some(user.id) == call.user_id);
    html! {
        @match (known, call.user_id) {
            (Some(user), _) => a href=(super::account::path(here, user.id)) { (name(user)) },
            (None, Some(id)) => span.number { (id) },
            (None, None) => span.muted { "nobody" },
        }
    }
}

fn took(call: &Entry) -> String {
    match call.took_us {
        us @ ..1_000 => format!("{us} µs"),
        us @ ..1_000_000 => format!("{:.1} ms", us as f64 / 1e3),
        us => format!("{:.1} s", us as f64 / 1e6),
    }
}

/// So many calls are listed.
const SHOWN: usize = 60;
