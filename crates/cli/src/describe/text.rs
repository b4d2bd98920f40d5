//! A page for a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::page::{ErrorRow, Named, Page, word};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The page with aligned columns and colours.
pub(super) fn render(page: &Page) -> String {
    let mut out = format!("{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}\n", page.name, page.kind);
    if let Some(definition) = &page.definition {
        let _ = writeln!(out, "{DIM}{definition}{DIM:#}");
    }
    if !page.summary.is_empty() {
        let _ = writeln!(out, "\n{}", page.summary);
    }
    if let Some(parameters) = &page.parameters {
        let rows = parameters.iter().map(|parameter| {
            let kind = if parameter.optional {
                "optional"
            } else {
                "required"
            };
            [
                parameter.name.to_owned(),
                parameter.ty.name(),
                kind.to_owned(),
                parameter.description.clone(),
            ]
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            section(&mut out, "Parameters", "  none\n");
        } else {
            section(&mut out, "Parameters", &columns(&rows));
        }
    }
    if let Some(result) = &page.result {
        let heading = if page.kind == "constructor" {
            "Type"
        } else {
            "Result"
        };
        section(&mut out, heading, &format!("  {result}\n"));
    }
    if let Some(errors) = &page.errors {
        let heading = if page.kind == "error" {
            "Codes"
        } else {
            "Possible errors"
        };
        let none = if page.any_errors.is_empty() {
            "  none documented\n"
        } else {
            "  none of its own\n"
        };
        let rows = if errors.is_empty() {
            none.to_owned()
        } else {
            error_rows(errors)
        };
        section(&mut out, heading, &rows);
    }
    if !page.any_errors.is_empty() {
        if page.kind == "error" {
            out.push_str("\nAny method may answer it.\n");
        } else {
            section(
                &mut out,
                "Possible with any method",
                &error_rows(&page.any_errors),
            );
        }
    }
    if let Some((users, bots)) = page.available {
        section(
            &mut out,
            "Can users use this method?",
            &format!("  {}\n", word(users)),
        );
        section(
            &mut out,
            "Can bots use this method?",
            &format!("  {}\n", word(bots)),
        );
    }
    if !page.constructors.is_empty() {
        section(&mut out, "Constructors", &list(&page.constructors));
    }
    if !page.methods.is_empty() {
        let heading = if page.kind == "error" {
            "Methods that can fail with it"
        } else {
            "Methods that answer it"
        };
        section(&mut out, heading, &list(&page.methods));
    }
    if !page.used_in.is_empty() {
        section(&mut out, "Used in", &list(&page.used_in));
    }
    if let Some(rust) = &page.rust {
        section(&mut out, "Rust", &indented(rust));
    }
    if let Some(command) = &page.command {
        section(&mut out, "Command line", &format!("  {command}\n"));
    }
    if !page.related.is_empty() {
        let rows: Vec<_> = page
            .related
            .iter()
            .map(|page| [page.title.clone(), page.url()])
            .collect();
        section(&mut out, "Related pages", &columns(&rows));
    }
    out
}

fn section(out: &mut String, heading: &str, body: &str) {
    let green = Style::new().bold().fg_color(Some(AnsiColor::Green.into()));
    let _ = write!(out, "\n{green}{heading}{green:#}\n{body}");
}

fn error_rows(errors: &[ErrorRow]) -> String {
    let rows = errors.iter().map(|error| {
        [
            error.code.to_string(),
            error.name.to_owned(),
            error.meaning.clone(),
        ]
    });
    columns(&rows.collect::<Vec<_>>())
}

fn list(names: &[Named]) -> String {
    let rows: Vec<_> = names
        .iter()
        .map(|named| [named.name.to_owned(), named.summary.clone()])
        .collect();
    columns(&rows)
}

/// Rows with each column as wide as its widest cell; the last one is as long as it is.
fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(line, "  {cell:width$}");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("  {line}\n")
            }
        })
        .collect()
}
