//! Tasks beyond cargo. `cargo xtask` lists them.

mod codegen;
mod full;
mod import;
mod interop;
mod layers;
mod registry;
mod repository;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask schema            import the schema and the facts per method from registry packages
cargo xtask codegen           write the generated Rust from schema/
cargo xtask codegen --check   fail when the generated Rust is not what schema/ says
cargo xtask layers            write docs/layers.md, what each layer gets of every constructor
cargo xtask layers --check    fail when it is not what the tables say
cargo xtask interop [...]     drive clients that others wrote against our server (interop/README.md)
cargo xtask full [NAME...]    run the long trials and record their results in docs/campaigns.md";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["schema"] => import::run(),
        ["codegen"] => codegen::write(),
        ["codegen", "--check"] => codegen::check(),
        ["layers"] => layers::write(),
        ["layers", "--check"] => layers::check(),
        ["interop", arguments @ ..] => interop::run(arguments),
        ["full", names @ ..] => full::run(names),
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
