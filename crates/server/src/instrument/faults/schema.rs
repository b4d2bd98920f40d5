//! The JSON schema of faults: each kind one flat object, with its own fields and those of its trigger.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, ObjectBuilder, OneOfBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::kind::{FaultKind, Strikes};
use super::{Fault, NewFault};
use crate::instrument::Trigger;
use crate::instrument::flat_schema::flat_schema;

impl ToSchema for NewFault {}

impl PartialSchema for NewFault {
    fn schema() -> RefOr<Schema> {
        kinds(
            "A fault to be made: what goes wrong, and on which calls or updates.",
            None,
        )
    }
}

impl ToSchema for Fault {}

impl PartialSchema for Fault {
    fn schema() -> RefOr<Schema> {
        let own = ObjectBuilder::new()
            .property("id", u64::schema())
            .property("struck", u64::schema())
            .property("scenario", String::schema())
            .required("id")
            .required("struck")
            .build();
        let about = "A fault in force: how many calls or updates it struck, and the scenario it is part of.";
        kinds(about, Some(own))
    }
}

fn kinds(about: &str, own: Option<Object>) -> RefOr<Schema> {
    let RefOr::T(Schema::OneOf(kinds)) = FaultKind::schema() else {
        unreachable!("a kind of fault is one of several objects");
    };
    let strikes = FaultKind::examples().into_iter().map(|kind| kind.strikes());
    let mut whole = OneOfBuilder::new().description(Some(about));
    for (kind, strikes) in kinds.items.into_iter().zip(strikes) {
        let about = match &kind {
            RefOr::T(Schema::Object(kind)) => kind.description.clone(),
            _ => None,
        };
        let when = trigger(strikes);
        let own = own.clone().map(|own| RefOr::T(Schema::Object(own)));
        let parts = own.into_iter().chain([kind, when]);
        whole = whole.item(flat_schema(&about.unwrap_or_default(), parts));
    }
    whole.into()
}

/// No method makes updates.
fn trigger(strikes: Strikes) -> RefOr<Schema> {
    let mut trigger = Trigger::schema();
    if strikes == Strikes::Updates
        && let RefOr::T(Schema::Object(trigger)) = &mut trigger
    {
        trigger.properties.remove("method");
        trigger.properties.remove("fields");
    }
    trigger
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_fields_of_its_example_and_no_others() {
        let schema = serde_json::to_value(NewFault::schema()).unwrap();
        let kinds = schema["oneOf"].as_array().unwrap();
        assert_eq!(kinds.len(), FaultKind::examples().len());
        for (kind, example) in kinds.iter().zip(FaultKind::examples()) {
            let name = example.name();
            assert_eq!(kind["properties"]["kind"]["enum"][0], name);
            assert_eq!(kind["additionalProperties"], false, "{name}");
            let json = serde_json::to_value(&example).unwrap();
            for field in json.as_object().unwrap().keys() {
                assert!(kind["properties"].get(field).is_some(), "{name}: {field}");
            }
            let of_updates = example.strikes() == Strikes::Updates;
            assert_eq!(kind["properties"].get("method").is_none(), of_updates);
        }
        assert!(!schema.to_string().contains("$ref"));
    }
}
