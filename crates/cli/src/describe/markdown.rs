//! A page in Markdown: headings and table columns in the order of the reference pages that users
//! of GramJS know.

use std::fmt::Write as _;

use heliogram_tl::reflect::Type;

use super::page::{ErrorRow, Named, Page, innermost, word};

/// The page as a document.
pub(super) fn render(page: &Page) -> String {
    let mut out = format!("# {}\n", page.title);
    if !page.summary.is_empty() {
        let _ = writeln!(out, "\n{}", page.summary);
    }
    examples(&mut out, page);
    if let Some(parameters) = &page.parameters {
        out.push_str("\n## Parameters\n\n");
        let rows: Vec<_> = parameters
            .iter()
            .map(|parameter| {
                let (name, kind) = match parameter.optional {
                    true => (parameter.name.to_owned(), "optional "),
                    false => (format!("**{}**", parameter.name), ""),
                };
                [
                    name,
                    format!("{kind}{}", type_link(parameter.ty)),
                    parameter.description.clone(),
                ]
            })
            .collect();
        if rows.is_empty() {
            let _ = writeln!(out, "This {} has no parameters.", page.kind);
        } else {
            out.push_str(&table(["Name", "Type", "Description"], &rows));
        }
    }
    if let Some(result) = &page.result {
        let heading = if page.kind == "constructor" {
            "Type"
        } else {
            "Result"
        };
        let _ = writeln!(out, "\n## {heading}\n\n{}", named_type_link(result));
    }
    if let Some(errors) = &page.errors {
        let heading = if page.kind == "error" {
            "Codes"
        } else {
            "Possible errors"
        };
        let _ = writeln!(out, "\n## {heading}\n");
        if errors.is_empty() {
            out.push_str("None of its own is documented.\n");
        } else {
            out.push_str(&error_table(errors));
        }
    }
    if !page.any_errors.is_empty() && page.kind != "error" {
        let names: Vec<_> = page
            .any_errors
            .iter()
            .map(|error| format!("`{}` ({})", error.name, error.code))
            .collect();
        let _ = writeln!(
            out,
            "\nOf the errors that any method may answer, documented here: {}.",
            names.join(", ")
        );
    }
    if let Some((_, bots)) = page.available {
        let _ = writeln!(out, "\n## Can bots use this method?\n\n{}", word(bots));
    }
    list(&mut out, "Constructors", "constructor", &page.constructors);
    list(&mut out, "Methods", "method", &page.methods);
    if !page.related.is_empty() {
        out.push_str("\n## Related pages\n");
        for related in &page.related {
            let _ = writeln!(out, "\n#### [{}]({})", related.title, related.url());
            if !related.about.is_empty() {
                let _ = writeln!(out, "\n{}", related.about);
            }
        }
    }
    out
}

fn examples(out: &mut String, page: &Page) {
    let tabs = [
        ("Rust", "rust", page.rust.as_deref()),
        ("Command line", "sh", page.command.as_deref()),
    ];
    let tabs: Vec<String> = tabs
        .into_iter()
        .filter_map(|(title, language, code)| {
            let code = code?.trim_end();
            Some(format!(
                ":::tab{{title=\"{title}\"}}\n\n```{language}\n{code}\n```\n\n:::\n"
            ))
        })
        .collect();
    if !tabs.is_empty() {
        let _ = writeln!(out, "\n## Example\n\n::::tabs\n{}::::", tabs.join("\n"));
    }
}

fn error_table(errors: &[ErrorRow]) -> String {
    let rows: Vec<_> = errors
        .iter()
        .map(|error| {
            [
                error.code.to_string(),
                error.name.to_owned(),
                error.meaning.clone(),
            ]
        })
        .collect();
    table(["Code", "Type", "Description"], &rows)
}

/// A table; the first column is centred, as on the pages this follows.
fn table(heads: [&str; 3], rows: &[[String; 3]]) -> String {
    let cells = |column: usize| {
        let widths = rows.iter().map(|row| escaped(&row[column]).chars().count());
        let head = heads[column].chars().count();
        widths.max().unwrap_or(0).max(head).max(4)
    };
    let widths: [usize; 3] = std::array::from_fn(cells);
    let line = |cells: [String; 3]| {
        let [a, b, c] = widths;
        format!(
            "| {:^a$} | {:<b$} | {:<c$} |\n",
            cells[0], cells[1], cells[2]
        )
    };
    let mut text = line(heads.map(str::to_owned));
    let dashes = |width: usize| "-".repeat(width);
    let _ = writeln!(
        text,
        "| :{}: | {} | {} |",
        dashes(widths[0] - 2),
        dashes(widths[1]),
        dashes(widths[2])
    );
    for row in rows {
        text.push_str(&line(row.each_ref().map(|cell| escaped(cell))));
    }
    text
}

/// A bar would end the cell.
fn escaped(cell: &str) -> String {
    cell.replace('|', "\\|")
}

fn type_link(ty: Type) -> String {
    match ty {
        Type::Vector(_) | Type::BareVector(_) => {
            let name = ty.name();
            let inner = innermost(ty).name();
            name.replace(&inner, &named_type_link(&inner))
                .replace('<', "\\<")
                .replace('>', "\\>")
        }
        _ => named_type_link(&ty.name()),
    }
}

fn named_type_link(name: &str) -> String {
    match name.split_once('<') {
        Some((_, inner)) => {
            let inner = inner.trim_end_matches('>');
            format!("Vector\\<{}\\>", named_type_link(inner))
        }
        None => format!("[{name}](https://core.telegram.org/type/{name})"),
    }
}

fn list(out: &mut String, heading: &str, kind: &str, names: &[Named]) {
    if names.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## {heading}\n");
    for named in names {
        let link = format!("[{0}](https://core.telegram.org/{kind}/{0})", named.name);
        let colon = if named.summary.is_empty() { "" } else { ": " };
        let _ = writeln!(out, "- {link}{colon}{}", named.summary);
    }
}
