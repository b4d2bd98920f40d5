//! Fields of a form, and what is wrong with them.

use maud::{Markup, html};

use super::refused::Refused;
use crate::operations::OperationError;

/// What an operation did not accept: the field, and why.
pub(super) struct Complaint {
    field: String,
    reason: String,
}

/// A field with its label.
#[derive(Default)]
pub(super) struct Field<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// The `type` of the input; text when empty.
    pub(super) kind: &'static str,
    pub(super) value: &'a str,
    pub(super) hint: &'static str,
    pub(super) placeholder: &'static str,
    pub(super) required: bool,
}

impl Complaint {
    /// What somebody can mend in a form; anything else ends on a page of its own.
    pub(super) fn of(error: OperationError) -> Result<Self, Refused> {
        match error {
            OperationError::Invalid { field, reason }
            | OperationError::Refused { field, reason } => Ok(Self {
                field: field.to_owned(),
                reason,
            }),
            OperationError::Malformed { path, reason } => Ok(Self {
                field: path,
                reason,
            }),
            other => Err(other.into()),
        }
    }

    pub(super) fn new(field: &str, reason: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            reason: reason.into(),
        }
    }
}

/// The complaint above a form, when it is about none of these fields.
pub(super) fn notice(complaint: Option<&Complaint>, fields: &[&str]) -> Markup {
    html! {
        @if let Some(complaint) = complaint.filter(|complaint| !fields.contains(&&*complaint.field)) {
            p.notice.bad role="alert" {
                @if !complaint.field.is_empty() { strong.mono { (complaint.field) } ": " }
                (complaint.reason)
            }
        }
    }
}

impl Field<'_> {
    pub(super) fn show(&self, complaint: Option<&Complaint>) -> Markup {
        let wrong = complaint.filter(|complaint| complaint.field == self.name);
        let described = wrong.map(|_| format!("{}-wrong", self.name));
        let kind = if self.kind.is_empty() {
            "text"
        } else {
            self.kind
        };
        let complete = if kind == "password" {
            "new-password"
        } else {
            "off"
        };
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                input id=(self.name) name=(self.name) type=(kind) value=(self.value) required[self.required]
                    autocomplete=(complete) placeholder=[(!self.placeholder.is_empty()).then_some(self.placeholder)]
                    aria-invalid=[wrong.map(|_| "true")] aria-describedby=[described];
                @if !self.hint.is_empty() { p.hint { (self.hint) } }
                @if let Some(wrong) = wrong {
                    p.wrong id={ (self.name) "-wrong" } role="alert" { (wrong.reason) }
                }
            }
        }
    }
}
