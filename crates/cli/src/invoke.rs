//! `heliogram invoke METHOD …`: one call, untyped.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use heliogram_tl::Encode as _;
use heliogram_tl::reflect::{Combinator, Object, from_json, to_json};
use serde_json::{Value as Json, json};

use crate::failure::Failure;
use crate::{fields, lookup, output};

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
    #[arg(long, required = true)]
    dry_run: bool,
}

impl Invoke {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let method = lookup::find_method(&self.method)?.combinator();
        let call = match &self.json {
            Some(file) => read(file, method)?,
            None => fields::parse(method, &self.fields)?,
        };
        let bytes = call
            .to_bytes()
            .map_err(|error| Failure::usage(error.to_string()))?;
        output::json(&json!({"call": to_json(&call), "bytes": hex(&bytes)}))
    }
}

fn read(file: &PathBuf, method: &Combinator) -> Result<Object, Failure> {
    let name = file.display();
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| Failure::usage(format!("cannot read {name}: {error}")))?;
    let mut json: Json = serde_json::from_str(&text)
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
