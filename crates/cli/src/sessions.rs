//! `heliogram sessions`: a session string of an account on the running server.

use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::output;
use crate::running::{Control, Format, ReadyFile};

/// Whose session, and for which library.
#[derive(Args)]
pub(crate) struct Sessions {
    /// The phone number of the account; made when there is none
    #[arg(long)]
    phone: String,
    /// The library whose format the string has
    #[arg(long, default_value = "heliogram")]
    format: Format,
    /// The address of the control API, instead of a ready file
    #[arg(long, value_name = "URL")]
    control: Option<String>,
    #[command(flatten)]
    ready: ReadyFile,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Sessions {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let control = Control::of(self.control.as_deref(), &self.ready)?;
        let session = control.session(&self.phone, self.format)?;
        if self.json {
            output::json(&json!({"phone": self.phone, "session": session}))
        } else {
            output::text(&format!("{session}\n"))
        }
    }
}
