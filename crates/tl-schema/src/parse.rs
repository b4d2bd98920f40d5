//! The parser. One line is one combinator; errors name the line.

use crate::{Combinator, Kind, Name, Param, ParamType, Schema, Type};

/// A line that is not TL as Telegram writes it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {what} in `{text}`")]
pub struct ParseError {
    /// Counted from one.
    pub line: usize,
    /// What was wrong.
    pub what: String,
    /// The line as it stood.
    pub text: String,
}

/// Parses a whole TL text.
///
/// Combinators without an id are skipped: the built-in types (`int ? = Int;`) and the
/// `vector` line are the codec's own, and `tls*` lines have no id at all.
///
/// # Errors
/// The first line that cannot be read, with its number.
pub fn parse(text: &str) -> Result<Schema, ParseError> {
    let mut schema = Schema::default();
    let mut kind = Kind::Constructor;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(layer) = line.strip_prefix("// LAYER ") {
            schema.layer = layer.trim().parse().ok();
        }
        let line = line.split("//").next().unwrap_or_default().trim();
        match line {
            "" => continue,
            "---types---" => kind = Kind::Constructor,
            "---functions---" => kind = Kind::Function,
            _ => match combinator(line, kind) {
                Ok(Some(combinator)) => schema.combinators.push(combinator),
                Ok(None) => {}
                Err(what) => {
                    return Err(ParseError {
                        line: index + 1,
                        what,
                        text: line.to_owned(),
                    });
                }
            },
        }
    }
    Ok(schema)
}

fn combinator(line: &str, kind: Kind) -> Result<Option<Combinator>, String> {
    let line = line.strip_suffix(';').ok_or("no closing semicolon")?;
    let (left, result) = line.rsplit_once('=').ok_or("no `=`")?;
    let mut words = left.split_whitespace();
    let head = words.next().ok_or("no name")?;
    let Some((name, id)) = head.split_once('#') else {
        return Ok(None);
    };
    if name == "vector" {
        return Ok(None);
    }
    let id = u32::from_str_radix(id, 16).map_err(|_| format!("the id `{id}` is not hex"))?;
    let mut variable = None;
    let mut params = Vec::new();
    for word in words {
        if let Some(inner) = word.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
            let (name, _) = inner.split_once(':').ok_or("a variable without `:`")?;
            variable = Some(name.to_owned());
        } else {
            params.push(param(word)?);
        }
    }
    let result = result.trim();
    let result = match &variable {
        Some(variable) if variable == result => Type::Variable(variable.clone()),
        _ => ty(result)?,
    };
    Ok(Some(Combinator {
        name: Name::new(name),
        id,
        kind,
        variable,
        params,
        result,
    }))
}

fn param(word: &str) -> Result<Param, String> {
    let (name, rest) = word
        .split_once(':')
        .ok_or_else(|| format!("parameter `{word}` has no type"))?;
    let parsed = if rest == "#" {
        ParamType::Flags
    } else if let Some((condition, rest)) = rest.split_once('?') {
        let (flags, bit) = condition
            .split_once('.')
            .ok_or_else(|| format!("condition `{condition}` names no bit"))?;
        let bit = bit
            .parse()
            .ok()
            .filter(|bit| *bit < 32)
            .ok_or_else(|| format!("bit `{bit}` is not 0 to 31"))?;
        ParamType::Conditional {
            flags: flags.to_owned(),
            bit,
            ty: ty(rest)?,
        }
    } else {
        ParamType::Required(ty(rest)?)
    };
    Ok(Param {
        name: name.to_owned(),
        ty: parsed,
    })
}

fn ty(text: &str) -> Result<Type, String> {
    if let Some(variable) = text.strip_prefix('!') {
        return Ok(Type::Variable(variable.to_owned()));
    }
    if let Some((outer, rest)) = text.split_once('<') {
        let inner = rest
            .strip_suffix('>')
            .ok_or_else(|| format!("`{text}` does not close its `<`"))?;
        let bare = match outer {
            "Vector" => false,
            "vector" => true,
            _ => return Err(format!("`{outer}` takes no type argument")),
        };
        return Ok(Type::Vector {
            bare,
            element: Box::new(ty(inner)?),
        });
    }
    let text = text.strip_prefix('%').unwrap_or(text);
    if text.is_empty() {
        return Err("an empty type".to_owned());
    }
    Ok(Type::Named(Name::new(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_method_and_writes_it_back() {
        let line = "auth.resendCode#cae47523 flags:# phone_number:string phone_code_hash:string reason:flags.0?string = auth.SentCode";
        let schema = parse(&format!("---functions---\n{line};\n")).unwrap();
        let combinator = &schema.combinators[0];
        assert_eq!(combinator.kind, Kind::Function);
        assert_eq!(combinator.params.len(), 4);
        assert_eq!(combinator.to_string(), line);
    }

    #[test]
    fn a_wrapper_answers_with_its_variable() {
        let line = "invokeWithLayer#da9b0d0d {X:Type} layer:int query:!X = X";
        let schema = parse(&format!("---functions---\n{line};")).unwrap();
        assert_eq!(schema.combinators[0].result, Type::Variable("X".to_owned()));
        assert_eq!(schema.combinators[0].to_string(), line);
    }

    #[test]
    fn an_error_names_the_line() {
        let error = parse("// fine\nnonsense#12\n").unwrap_err();
        assert_eq!(error.line, 2);
        assert!(error.to_string().contains("semicolon"), "{error}");
    }
}
