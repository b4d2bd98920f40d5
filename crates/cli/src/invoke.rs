//! `heliogram invoke METHOD …`: one call, untyped.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::Args;
use heliogram_tl::Encode as _;
use heliogram_tl::reflect::{Combinator, Object, Type, Value, from_json, to_json, value_to_json};
use serde_json::{Value as Json, json};

use crate::connect::{self, Connect};
use crate::failure::Failure;
use crate::{fields, input, lookup, output};

/// A call and where it goes.
#[derive(Args)]
pub(crate) struct Invoke {
    /// The method, for example account.sendConfirmPhoneCode
    method: String,
    /// field=value, for example settings.allow_flashcall=true or peer._=inputPeerSelf; bytes are
    /// text:…, hex:… or base64:…
    #[arg(conflicts_with = "json", value_name = "FIELD=VALUE")]
    fields: Vec<String>,
    /// Read the call from a JSON file, or from stdin when FILE is -
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print the call and its bytes instead of making it
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    connect: Connect,
}

impl Invoke {
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let method = lookup::find_method(&self.method)?.combinator();
        let call = match &self.json {
            Some(file) => read(file, method)?,
            None => fields::parse(method, &self.fields)?,
        };
        let bytes = call
            .to_bytes()
            .map_err(|error| Failure::usage(error.to_string()))?;
        if self.dry_run {
            return output::json(&json!({"call": to_json(&call), "bytes": hex(&bytes)}));
        }
        let client = self.connect.client().await?;
        let answer = client.invoke_raw(method.name, bytes.into()).await;
        client.disconnect().await;
        let answer = answer.map_err(connect::failed)?;
        output::json(&answered(&call, &answer)?)
    }
}

/// The answer as JSON.
fn answered(call: &Object, bytes: &Bytes) -> Result<Json, Failure> {
    let value = Value::read(bytes, result(call)).map_err(|error| {
        let name = call.combinator().name;
        Failure::failed(format!("the answer to {name} cannot be read: {error}"))
    })?;
    Ok(value_to_json(&value))
}

/// What comes back: for a wrapper, what its query answers.
fn result(call: &Object) -> Type {
    match (call.combinator().result, call.field("query")) {
        (Type::Object, Some(Value::Object(query))) => result(query),
        (result, _) => result,
    }
}

fn read(file: &Path, method: &Combinator) -> Result<Object, Failure> {
    let name = file.display();
    let mut json: Json = serde_json::from_str(&input::text(file)?)
        .map_err(|error| Failure::usage(format!("{name} is not JSON: {error}")))?;
    if let Some(map) = json.as_object_mut() {
        map.entry("_").or_insert_with(|| method.name.into());
    }
    let call = from_json(&json).map_err(|error| Failure::usage(error.to_string()))?;
    if call.combinator().id == method.id {
        Ok(call)
    } else {
        let other = call.combinator().name;
        Err(Failure::usage(format!(
            "{name} holds {other}, not {}",
            method.name
        )))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
