//! The business clock: in the head of every page, and a page of its own.

use axum::Form;
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;

use super::dates;
use super::frame::{self, Page};
use super::here::Here;
use super::refused::Refused;
use crate::clock::{ClockReading, DAY};

/// `GET /clock`
pub(super) async fn show(here: Here) -> Markup {
    let reading = here.core().clock();
    let waiting = here.core().flood_wait_until();
    let back = here.to("/clock");
    let body = html! {
        h1 { "Clock" }
        p.lead {
            "Codes, deletions, flood waits and dates of messages follow the business clock. Moving it forward makes "
            "everything happen that falls due on the way, in order."
        }
        section.card.dial data-on="clock" #dial aria-label="Business time" {
            p.big { time.now datetime={ (dates::stamp(reading.now).replace(' ', "T")) "Z" } { (dates::stamp(reading.now)) } small { " UTC" } }
            p { (standing(reading)) }
        }
        div.columns {
            section.card aria-labelledby="forward" {
                h2 #forward { "Forward" }
                form.row method="post" action=(here.to("/clock/advance")) {
                    input type="hidden" name="back" value=(back);
                    @for (seconds, label) in STEPS {
                        button name="seconds" value=(seconds) { (label) }
                    }
                }
                form.row method="post" action=(here.to("/clock/advance")) {
                    input type="hidden" name="back" value=(back);
                    label for="seconds" { "Seconds" }
                    input #seconds name="seconds" type="number" min="0" step="1" required inputmode="numeric";
                    button { "Advance" }
                }
            }
            section.card aria-labelledby="set" {
                h2 #set { "Set" }
                form.row method="post" action=(here.to("/clock/set")) {
                    input type="hidden" name="back" value=(back);
                    label for="to" { "To (UTC)" }
                    input #to name="to" type="datetime-local" step="1" required value=(dates::stamp(reading.now).replace(' ', "T"));
                    button { "Set" }
                }
                p.hint { "Forward only, once somebody lives in this world." }
            }
            section.card #stand data-on="clock call" aria-label="Stand still" {
                h2 { "Stand still" }
                p.hint { "A frozen clock moves only when it is told to." }
                @if let Some(until) = waiting.filter(|_| !reading.frozen) {
                    p.notice.sun { "A client was told to wait " (dates::countdown(until, reading.now)) " and would wait in vain." }
                }
                form.row method="post" action=(here.to("/clock/freeze")) {
                    input type="hidden" name="back" value=(back);
                    @if reading.frozen {
                        button #thaw name="frozen" value="false" { "Let it run" }
                    } @else {
                        @if waiting.is_some() { input type="hidden" name="anyway" value="true"; }
                        button #freeze name="frozen" value="true" { "Freeze" @if waiting.is_some() { " all the same" } }
                    }
                }
            }
        }
    };
    frame::frame(&here, Page::Clock, "Clock", &body)
}

#[derive(Deserialize)]
pub(super) struct Advance {
    seconds: i64,
    #[serde(default)]
    back: String,
}

/// `POST /clock/advance`
pub(super) async fn advance(here: Here, Form(form): Form<Advance>) -> Result<Redirect, Refused> {
    here.core().advance_clock(form.seconds).await?;
    Ok(frame::back(&form.back))
}

#[derive(Deserialize)]
pub(super) struct Set {
    #[serde(default)]
    to: String,
    #[serde(default)]
    back: String,
}

/// `POST /clock/set`
pub(super) async fn set(here: Here, Form(form): Form<Set>) -> Result<Redirect, Refused> {
    let Some(to) = dates::parse(&form.to) else {
        return Err(Refused::bad(format!(
            "“{}” is not a date and time such as 2026-12-24 18:00:00.",
            form.to
        )));
    };
    here.core().set_clock_to(to).await?;
    Ok(frame::back(&form.back))
}

#[derive(Deserialize)]
pub(super) struct Freeze {
    frozen: bool,
    /// Whoever waits.
    #[serde(default)]
    anyway: bool,
    #[serde(default)]
    back: String,
}

/// `POST /clock/freeze`
pub(super) async fn freeze(here: Here, Form(form): Form<Freeze>) -> Result<Redirect, Refused> {
    match (form.frozen, form.anyway) {
        (true, true) => here.core().freeze_clock_anyway().await?,
        (true, false) => here.core().freeze_clock().await?,
        (false, _) => here.core().unfreeze_clock().await?,
    };
    Ok(frame::back(&form.back))
}

/// The clock in the head of a page, with the two steps that are wanted most.
pub(super) fn strip(here: &Here, reading: ClockReading) -> Markup {
    html! {
        div.strip role="group" aria-label="Business clock" {
            p data-on="clock" #strip {
                time.now datetime={ (dates::stamp(reading.now).replace(' ', "T")) "Z" } { (dates::stamp(reading.now)) }
                " " small { (standing(reading)) }
            }
            form method="post" action=(here.to("/clock/advance")) {
                input type="hidden" name="back" value=(here.path);
                button.quiet name="seconds" value=(DAY) aria-label="Advance the clock 1 day" { "+1 day" }
                button.quiet name="seconds" value=(7 * DAY) aria-label="Advance the clock 7 days" { "+7 days" }
            }
        }
    }
}

fn standing(reading: ClockReading) -> Markup {
    html! {
        @if reading.frozen { span.tag.sun { "frozen" } " " }
        @if reading.shift.abs() < 2 {
            span.muted { "real time" }
        } @else {
            span.muted { (dates::span(reading.shift)) @if reading.shift > 0 { " ahead" } @else { " behind" } }
        }
    }
}

const STEPS: [(i64, &str); 5] = [
    (60, "1 minute"),
    (3_600, "1 hour"),
    (DAY, "1 day"),
    (7 * DAY, "7 days"),
    (30 * DAY, "30 days"),
];
