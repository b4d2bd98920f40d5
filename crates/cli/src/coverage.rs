//! `heliogram coverage`: how well the server answers each method.

use std::fmt::Write as _;

use clap::Args;
use heliogram_server::{Coverage, MethodCoverage, method_coverage, seen_foreign};
use serde_json::json;

use crate::failure::Failure;
use crate::output;

/// Which methods.
#[derive(Args)]
pub(crate) struct List {
    /// List the methods that are not answered too
    #[arg(long)]
    all: bool,
    /// Print JSON; lists every method
    #[arg(long)]
    json: bool,
}

impl List {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let methods = method_coverage(seen_foreign);
        if self.json {
            let methods = methods.iter().map(
                |method| json!({"method": method.name, "coverage": method.coverage.to_string()}),
            );
            return output::json(&json!({"methods": methods.collect::<Vec<_>>()}));
        }
        output::text(&self.table(&methods))
    }

    fn table(&self, methods: &[MethodCoverage]) -> String {
        let mut text = String::new();
        let shown = methods
            .iter()
            .filter(|method| self.all || method.coverage != Coverage::None);
        for method in shown {
            let coverage = method.coverage.to_string();
            let _ = writeln!(text, "{coverage:<17} {}", method.name);
        }
        let count = |coverage| {
            let same = methods.iter().filter(|method| method.coverage == coverage);
            same.count()
        };
        let _ = writeln!(
            text,
            "\n{} of {} methods are answered from state, {} of them as seen by clients others wrote",
            count(Coverage::Stateful) + count(Coverage::StatefulForeign),
            methods.len(),
            count(Coverage::StatefulForeign),
        );
        text
    }
}
