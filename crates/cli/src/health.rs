//! `heliogram health`: whether a server answers, for containers that have no curl.

use clap::Args;

use crate::failure::Failure;
use crate::running::{Control, ReadyFile};

/// Which server.
#[derive(Args)]
pub(crate) struct Health {
    /// The address of the control API, instead of a ready file
    #[arg(long, value_name = "URL")]
    control: Option<String>,
    #[command(flatten)]
    ready: ReadyFile,
}

impl Health {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        Control::of(self.control.as_deref(), &self.ready)?.health()
    }
}
