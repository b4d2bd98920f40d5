//! Tasks beyond cargo. `cargo xtask` lists them.

mod codegen;
mod import;
mod registry;
mod repository;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask schema            import the schema and the facts per method from registry packages
cargo xtask codegen           write the generated Rust from schema/
cargo xtask codegen --check   fail when the generated Rust is not what schema/ says";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["schema"] => import::run(),
        ["codegen"] => codegen::write(),
        ["codegen", "--check"] => codegen::check(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
