//! Rules and faults: what is scripted, and forms for more.

use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use heliogram_tl::reflect;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::fields::{self, Complaint};
use super::frame::{self, Page};
use super::here::Here;
use super::journal::user_choice;
use super::refused::Refused;
use crate::instrument::{
    Fault, FaultKind, NewFault, NewRule, Rule, RuleAction, ScriptedError, Trigger,
};
use crate::operations::UserSummary;

/// `GET /rules`
pub(super) async fn show(here: Here) -> Result<Markup, Refused> {
    page(&here, &Said::default(), &Said::default()).await
}

/// What a form holds: on which calls, and what is done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    method: String,
    fields: String,
    user: String,
    after: String,
    times: String,
    probability: String,
    /// Of a rule.
    reply: String,
    error: String,
    delay_ms: String,
    alter: String,
    /// Of a fault: its JSON form.
    fault: String,
    #[serde(skip)]
    complaint: Option<Complaint>,
}

/// `POST /rules`
pub(super) async fn add_rule(here: Here, Form(form): Form<Said>) -> Result<Response, Refused> {
    let made = match form.rule() {
        Ok(rule) => here.core().rules().add(rule).map_err(Complaint::of),
        Err(complaint) => Err(Ok(complaint)),
    };
    match made {
        Ok(_) => Ok(back(&here).into_response()),
        Err(complaint) => {
            let complaint = Some(complaint?);
            let rule = Said { complaint, ..form };
            let page = page(&here, &rule, &Said::default()).await?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
    }
}

/// `POST /faults`
pub(super) async fn add_fault(here: Here, Form(form): Form<Said>) -> Result<Response, Refused> {
    let made = match form.fault() {
        Ok(fault) => here.core().faults().add(fault).map_err(Complaint::of),
        Err(complaint) => Err(Ok(complaint)),
    };
    match made {
        Ok(_) => Ok(back(&here).into_response()),
        Err(complaint) => {
            let complaint = Some(complaint?);
            let fault = Said { complaint, ..form };
            let page = page(&here, &Said::default(), &fault).await?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
    }
}

/// Names a rule or a fault.
#[derive(Deserialize)]
pub(super) struct Id {
    id: u64,
}

/// `POST /rules/{id}/remove`
pub(super) async fn remove_rule(
    here: Here,
    Path(Id { id }): Path<Id>,
) -> Result<Redirect, Refused> {
    here.core().rules().remove(id)?;
    Ok(back(&here))
}

/// `POST /faults/{id}/remove`
pub(super) async fn remove_fault(
    here: Here,
    Path(Id { id }): Path<Id>,
) -> Result<Redirect, Refused> {
    here.core().faults().remove(id)?;
    Ok(back(&here))
}

/// `POST /rules/clear`
pub(super) async fn clear(here: Here) -> Redirect {
    here.core().rules().clear();
    here.core().faults().clear();
    back(&here)
}

#[derive(Deserialize)]
pub(super) struct Start {
    scenario: String,
    #[serde(default)]
    user: String,
}

/// `POST /scenarios`
pub(super) async fn start(here: Here, Form(form): Form<Start>) -> Result<Redirect, Refused> {
    let user = form.user.parse().ok();
    here.core().faults().start_scenario(&form.scenario, user)?;
    Ok(back(&here))
}

fn back(here: &Here) -> Redirect {
    Redirect::to(&here.to("/rules"))
}

impl Said {
    fn rule(&self) -> Result<NewRule, Complaint> {
        let error = match self.error.trim() {
            "" => None,
            error => Some(scripted(error)?),
        };
        Ok(NewRule {
            when: self.trigger()?,
            action: RuleAction {
                reply: json("reply", &self.reply)?,
                error,
                delay_ms: number("delay_ms", &self.delay_ms)?,
                alter: object("alter", &self.alter)?,
            },
        })
    }

    fn fault(&self) -> Result<NewFault, Complaint> {
        let kind = json("fault", &self.fault)?.unwrap_or_default();
        let kind = serde_json::from_value(kind);
        let kind = kind.map_err(|error| Complaint::new("fault", error.to_string()))?;
        Ok(NewFault::new(kind).when(self.trigger()?))
    }

    fn trigger(&self) -> Result<Trigger, Complaint> {
        let method = self.method.trim();
        Ok(Trigger {
            method: (!method.is_empty()).then(|| method.to_owned()),
            fields: object("fields", &self.fields)?.unwrap_or_default(),
            user_id: number("user", &self.user)?,
            after: number("after", &self.after)?.unwrap_or_default(),
            times: number("times", &self.times)?,
            probability: number("probability", &self.probability)?,
            seed: None,
        })
    }
}

/// `420 FLOOD_WAIT_30`
fn scripted(text: &str) -> Result<ScriptedError, Complaint> {
    let parts = text.split_once(char::is_whitespace);
    let read = parts.and_then(|(code, name)| Some((code.parse().ok()?, name.trim().to_owned())));
    let (code, name) = read.ok_or_else(|| {
        Complaint::new(
            "error",
            format!("{text:?} is not a code and a name, such as 420 FLOOD_WAIT_30"),
        )
    })?;
    Ok(ScriptedError { code, name })
}

fn number<T: std::str::FromStr>(field: &str, text: &str) -> Result<Option<T>, Complaint> {
    match text.trim() {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| Complaint::new(field, format!("{text:?} is not a number that fits here"))),
    }
}

fn json(field: &str, text: &str) -> Result<Option<Json>, Complaint> {
    match text.trim() {
        "" => Ok(None),
        text => serde_json::from_str(text)
            .map(Some)
            .map_err(|error| Complaint::new(field, format!("is not JSON: {error}"))),
    }
}

fn object(field: &str, text: &str) -> Result<Option<Map<String, Json>>, Complaint> {
    match json(field, text)? {
        None => Ok(None),
        Some(Json::Object(map)) => Ok(Some(map)),
        Some(_) => Err(Complaint::new(field, "is not a JSON object")),
    }
}

async fn page(here: &Here, rule: &Said, fault: &Said) -> Result<Markup, Refused> {
    let users = here.core().users().await?;
    let (rules, faults) = (here.core().rules().list(), here.core().faults().list());
    let body = html! {
        div.title {
            h1 { "Rules and faults" }
            form method="post" action=(here.to("/rules/clear")) { button.quiet { "Remove all" } }
        }
        section #rules data-on="script call" aria-label="Rules" {
            h2 { "Rules" }
            (rule_table(here, &rules))
        }
        (rule_form(here, rule, &users))
        section #faults data-on="script call" aria-label="Faults" {
            h2 { "Faults" }
            (fault_table(here, &faults))
        }
        (fault_form(here, fault, &users))
        (scenarios(here, &users))
        datalist #methods { @for method in reflect::methods() { option value=(method.combinator().name) {} } }
    };
    Ok(frame::frame(here, Page::Rules, "Rules and faults", &body))
}

fn rule_table(here: &Here, rules: &[Rule]) -> Markup {
    if rules.is_empty() {
        return html! { p.empty { "No rules: every call goes to its handler." } };
    }
    html! {
        table.stack {
            thead { tr {
                th scope="col" { "When" } th scope="col" { "Then" } th scope="col" { "Acted" } th scope="col" { span.hidden { "Action" } }
            } }
            tbody { @for rule in rules { tr {
                th scope="row" { (when(&rule.rule.when)) }
                td data-label="Then" { div { (action(&rule.rule.action)) @if let Some(unfit) = &rule.unfit { p.wrong { (unfit) } } } }
                td data-label="Acted" { span.number { (rule.acted) " of " (rule.seen) } }
                td { form method="post" action=(here.to(&format!("/rules/{}/remove", rule.id))) {
                    button.quiet.danger id={ "remove-rule" (rule.id) } aria-label={ "Remove rule " (rule.id) } { "Remove" }
                } }
            } } }
        }
    }
}

fn fault_table(here: &Here, faults: &[Fault]) -> Markup {
    if faults.is_empty() {
        return html! { p.empty { "No faults: the network is kind." } };
    }
    html! {
        table.stack {
            thead { tr {
                th scope="col" { "Fault" } th scope="col" { "When" } th scope="col" { "Struck" } th scope="col" { span.hidden { "Action" } }
            } }
            tbody { @for fault in faults { tr {
                th scope="row" { div { (kind(&fault.fault.kind)) @if let Some(scenario) = fault.scenario { " " span.tag { (scenario) } } } }
                td data-label="When" { div { (when(&fault.fault.when)) } }
                td data-label="Struck" { span.number { (fault.struck) } }
                td { form method="post" action=(here.to(&format!("/faults/{}/remove", fault.id))) {
                    button.quiet.danger id={ "remove-fault" (fault.id) } aria-label={ "Remove fault " (fault.id) } { "Remove" }
                } }
            } } }
        }
    }
}

fn when(when: &Trigger) -> Markup {
    html! {
        span.mono { (when.method.as_deref().unwrap_or("every call")) }
        @if !when.fields.is_empty() { " " code { (Json::Object(when.fields.clone()).to_string()) } }
        @if let Some(user) = when.user_id { " " span.tag { "user " (user) } }
        @if when.after > 0 { " " span.tag { "after " (when.after) } }
        @if let Some(times) = when.times { " " span.tag { (times) "×" } }
        @if let Some(probability) = when.probability { " " span.tag { "p = " (probability) } }
    }
}

fn action(action: &RuleAction) -> Markup {
    html! {
        @if let Some(delay) = action.delay_ms { span.tag.sun { "wait " (delay) " ms" } " " }
        @if let Some(error) = &action.error { span.tag.bad { (error.code) " " (error.name) } }
        @if let Some(reply) = &action.reply { "reply " code { (reply.to_string()) } }
        @if let Some(alter) = &action.alter { "alter " code { (Json::Object(alter.clone()).to_string()) } }
    }
}

fn kind(kind: &FaultKind) -> Markup {
    let settings = settings(kind);
    html! { span.mono { (kind.name()) } @if !settings.is_empty() { " " code { (settings) } } }
}

fn settings(kind: &FaultKind) -> String {
    let Ok(Json::Object(mut fields)) = serde_json::to_value(kind) else {
        return String::new();
    };
    fields.remove("kind");
    let fields = fields.iter().map(|(name, value)| format!("{name} {value}"));
    fields.collect::<Vec<_>>().join(", ")
}

fn rule_form(here: &Here, said: &Said, users: &[UserSummary]) -> Markup {
    let complaint = said.complaint.as_ref();
    html! {
        details.card open[complaint.is_some()] {
            summary { h2 { "New rule" } }
            form.fields method="post" action=(here.to("/rules")) {
                (fields::notice(complaint, &[]))
                fieldset.wide.fields {
                    legend { "Then" }
                    div.field.wide {
                        label for="reply" { "Reply" }
                        textarea #reply name="reply" placeholder="{\"_\": \"boolTrue\"}" spellcheck="false" { (said.reply) }
                        p.hint { "The result as JSON; it is held against the schema." }
                    }
                    div.field {
                        label for="error" { "or an error" }
                        input #error name="error" value=(said.error) placeholder="420 FLOOD_WAIT_30" autocomplete="off";
                    }
                    div.field {
                        label for="delay_ms" { "Delay, ms" }
                        input #delay_ms name="delay_ms" type="number" min="0" value=(said.delay_ms);
                    }
                    div.field.wide {
                        label for="alter" { "or what the handler answers, with these fields" }
                        textarea #alter name="alter" placeholder="{\"timeout\": 5}" spellcheck="false" { (said.alter) }
                    }
                }
                (trigger(said, users, "rule"))
                div.actions { button.primary { "Make the rule" } }
            }
        }
    }
}

fn fault_form(here: &Here, said: &Said, users: &[UserSummary]) -> Markup {
    let complaint = said.complaint.as_ref();
    html! {
        details.card open[complaint.is_some()] {
            summary { h2 { "New fault" } }
            form.fields method="post" action=(here.to("/faults")) {
                (fields::notice(complaint, &[]))
                div.field.wide {
                    label for="fault" { "Fault" }
                    input #fault name="fault" list="kinds" required value=(said.fault) placeholder="{\"kind\": \"flood_wait\", \"seconds\": 30}" autocomplete="off" spellcheck="false";
                    p.hint { "As JSON; the list has one of each kind." }
                    datalist #kinds {
                        @for kind in FaultKind::examples() {
                            option value=(serde_json::to_string(&kind).unwrap_or_default()) {}
                        }
                    }
                }
                (trigger(said, users, "fault"))
                div.actions { button.primary { "Make the fault" } }
            }
        }
    }
}

/// On which calls. Both forms have it; `of` keeps their ids apart.
fn trigger(said: &Said, users: &[UserSummary], of: &str) -> Markup {
    let id = |name: &str| format!("{of}-{name}");
    let number = |name: &'static str, label: &str, value: &str, step: &str| {
        html! {
            div.field {
                label for=(id(name)) { (label) }
                input id=(id(name)) name=(name) type="number" min="0" step=(step) value=(value);
            }
        }
    };
    html! {
        fieldset.wide.fields {
            legend { "When" }
            div.field {
                label for=(id("method")) { "Method" }
                input id=(id("method")) name="method" list="methods" value=(said.method) placeholder="every call" autocomplete="off" spellcheck="false";
            }
            div.field {
                label for=(id("fields")) { "with fields" }
                input id=(id("fields")) name="fields" value=(said.fields) placeholder="{\"phone_number\": \"9996621234\"}" autocomplete="off" spellcheck="false";
            }
            div.field { label for=(id("user")) { "by user" } (user_choice(&id("user"), users, &said.user, "anyone")) }
            (number("after", "after so many calls", &said.after, "1"))
            (number("times", "so often", &said.times, "1"))
            (number("probability", "with probability", &said.probability, "any"))
        }
    }
}

fn scenarios(here: &Here, users: &[UserSummary]) -> Markup {
    html! {
        section.card aria-labelledby="scenarios" {
            h2 #scenarios { "Scenarios" }
            p.hint { "Faults that come together." }
            form.fields method="post" action=(here.to("/scenarios")) {
                fieldset.wide.choices {
                    legend.hidden { "Scenario" }
                    @for (index, scenario) in here.core().faults().scenarios().iter().enumerate() {
                        label { input type="radio" name="scenario" value=(scenario.name) required checked[index == 0];
                            span { strong { (scenario.name) } " " span.muted { (scenario.about) } } }
                    }
                }
                div.field { label for="scenario-user" { "For" } (user_choice("scenario-user", users, "", "everyone")) }
                div.actions { button { "Start" } }
            }
        }
    }
}
