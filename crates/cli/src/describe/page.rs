//! What a page says, before it is laid out.

use heliogram_tl::reflect::{self, Combinator, Method, Type, TypeInfo};
use heliogram_tl::{AnyMethodError, Availability, ErrorName, MethodError};

use crate::descriptions::{Descriptions, Related};
use crate::example::Example;
use crate::lookup::{Subject, gramjs_name};

/// A page about one name. What does not apply to its kind is `None` or empty.
pub(super) struct Page {
    /// `method`, `constructor`, `type` or `error`.
    pub(super) kind: &'static str,
    /// As the schema spells it.
    pub(super) name: String,
    /// As GramJS spells it.
    pub(super) title: String,
    pub(super) summary: String,
    /// The line of the schema.
    pub(super) definition: Option<String>,
    /// A program for a method, an expression for a constructor.
    pub(super) rust: Option<String>,
    /// The call as a command line.
    pub(super) command: Option<String>,
    /// For methods and constructors.
    pub(super) parameters: Option<Vec<Parameter>>,
    /// The type that comes back.
    pub(super) result: Option<String>,
    /// Of a method: its own. Of an error: its codes.
    pub(super) errors: Option<Vec<ErrorRow>>,
    /// Documented for this method, and possible with any.
    pub(super) any_errors: Vec<ErrorRow>,
    /// Whether users and bots can call it.
    pub(super) available: Option<(Availability, Availability)>,
    /// Of a type.
    pub(super) constructors: Vec<Named>,
    /// Methods that answer it, or can fail with it.
    pub(super) methods: Vec<Named>,
    /// Methods and constructors that have a field of it.
    pub(super) used_in: Vec<Named>,
    pub(super) related: Vec<Related>,
}

/// A row of the table of parameters.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) ty: Type,
    pub(super) optional: bool,
    pub(super) description: String,
}

/// A row of the table of errors.
pub(super) struct ErrorRow {
    pub(super) code: i32,
    pub(super) name: &'static str,
    pub(super) meaning: String,
}

/// A name with its summary.
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) summary: String,
}

impl Page {
    pub(super) fn of(subject: Subject, descriptions: &Descriptions) -> Self {
        match subject {
            Subject::Method(method) => Self::of_method(method, descriptions),
            Subject::Constructor(combinator) => Self::of_constructor(combinator, descriptions),
            Subject::Type(info) => Self::of_type(info, descriptions),
            Subject::Error(names) => Self::of_error(&names, descriptions),
        }
    }

    fn of_method(method: &'static Method, descriptions: &Descriptions) -> Self {
        let combinator = method.combinator();
        let example = Example::of(combinator, descriptions);
        let (any, own): (Vec<_>, Vec<_>) = method.errors().partition(|error| is_any(error));
        let rows = |errors: Vec<&'static ErrorName>| {
            let rows = errors.into_iter().map(|error| row(error, descriptions));
            rows.collect()
        };
        Self {
            rust: Some(example.program()),
            command: Some(example.command()),
            errors: Some(rows(own)),
            any_errors: rows(any),
            available: Some((method.users, method.bots)),
            ..Self::of_combinator("method", "methods", combinator, descriptions)
        }
    }

    fn of_constructor(combinator: &'static Combinator, descriptions: &Descriptions) -> Self {
        let result = combinator.result.name();
        Self {
            rust: is_of_api(combinator).then(|| {
                let expression = Example::of(combinator, descriptions).expression();
                format!("use heliogram::api;\n\nlet value = {expression};\n")
            }),
            methods: answering(&result, descriptions),
            used_in: using(&result, descriptions),
            ..Self::of_combinator("constructor", "constructors", combinator, descriptions)
        }
    }

    fn of_combinator(
        kind: &'static str,
        section: &str,
        combinator: &'static Combinator,
        descriptions: &Descriptions,
    ) -> Self {
        let name = combinator.name;
        let fields = combinator.fields.iter();
        let parameters = fields
            .filter(|field| field.ty != Type::Flags)
            .map(|field| Parameter {
                name: field.name,
                ty: field.ty,
                optional: field.flag.is_some(),
                description: descriptions.parameter(section, name, field.name).to_owned(),
            });
        Self {
            title: gramjs_name(name),
            summary: descriptions.summary(section, name).to_owned(),
            definition: Some(definition(combinator)),
            parameters: Some(parameters.collect()),
            result: Some(combinator.result.name()),
            related: descriptions.related(section, name),
            ..Self::empty(kind, name)
        }
    }

    fn of_type(info: &'static TypeInfo, descriptions: &Descriptions) -> Self {
        Self {
            summary: descriptions.summary("types", info.name).to_owned(),
            constructors: info
                .constructors()
                .map(|found| named("constructors", found, descriptions))
                .collect(),
            methods: answering(info.name, descriptions),
            used_in: using(info.name, descriptions),
            related: descriptions.related("types", info.name),
            ..Self::empty("type", info.name)
        }
    }

    fn of_error(names: &[&'static ErrorName], descriptions: &Descriptions) -> Self {
        let pattern = names[0].pattern;
        let methods = reflect::methods()
            .iter()
            .filter(|method| method.errors().any(|error| error.pattern == pattern))
            .map(|method| named("methods", method.combinator(), descriptions));
        let mut page = Self {
            summary: descriptions.meaning(pattern).to_owned(),
            errors: Some(names.iter().map(|error| row(error, descriptions)).collect()),
            methods: methods.collect(),
            ..Self::empty("error", pattern)
        };
        if is_any(names[0]) {
            let rows = names.iter().map(|error| row(error, descriptions));
            page.any_errors = rows.collect();
        }
        page
    }

    fn empty(kind: &'static str, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            title: name.to_owned(),
            summary: String::new(),
            definition: None,
            rust: None,
            command: None,
            parameters: None,
            result: None,
            errors: None,
            any_errors: Vec::new(),
            available: None,
            constructors: Vec::new(),
            methods: Vec::new(),
            used_in: Vec::new(),
            related: Vec::new(),
        }
    }
}

/// Yes, no, or unknown; what is not documented is never a yes.
pub(super) fn word(availability: Availability) -> &'static str {
    match availability {
        Availability::Yes => "Yes",
        Availability::No => "No",
        Availability::Unknown => "Unknown",
    }
}

/// The line of the schema that defines it.
fn definition(combinator: &Combinator) -> String {
    let mut text = format!("{}#{:08x}", combinator.name, combinator.id);
    let mut words = combinator.fields.iter();
    let mut names = Vec::new();
    for field in words.by_ref() {
        if field.ty == Type::Flags {
            names.push(field.name);
        }
        let flag = field.flag.map_or(String::new(), |(word, bit)| {
            let name = names.get(usize::from(word)).unwrap_or(&"flags");
            format!("{name}.{bit}?")
        });
        text.push_str(&format!(" {}:{flag}{}", field.name, field.ty.name()));
    }
    format!("{text} = {}", combinator.result.name())
}

fn row(error: &'static ErrorName, descriptions: &Descriptions) -> ErrorRow {
    ErrorRow {
        code: error.code,
        name: error.pattern,
        meaning: descriptions.meaning(error.pattern).to_owned(),
    }
}

fn is_any(error: &ErrorName) -> bool {
    let any = AnyMethodError::VARIANTS.iter();
    any.map(|(index, _)| &ErrorName::ALL[usize::from(*index)])
        .any(|known| known.pattern == error.pattern)
}

fn named(section: &str, combinator: &'static Combinator, descriptions: &Descriptions) -> Named {
    Named {
        name: combinator.name,
        summary: descriptions.summary(section, combinator.name).to_owned(),
    }
}

fn answering(type_name: &str, descriptions: &Descriptions) -> Vec<Named> {
    let methods = reflect::methods().iter().map(Method::combinator);
    methods
        .filter(|method| innermost(method.result).name() == type_name)
        .map(|method| named("methods", method, descriptions))
        .collect()
}

fn using(type_name: &str, descriptions: &Descriptions) -> Vec<Named> {
    let uses = |found: &&Combinator| {
        let mut fields = found.fields.iter();
        fields.any(|field| innermost(field.ty).name() == type_name)
    };
    let mut found: Vec<Named> = reflect::combinators()
        .iter()
        .filter(uses)
        .map(|found| {
            let section = if found.function {
                "methods"
            } else {
                "constructors"
            };
            named(section, found, descriptions)
        })
        .collect();
    found.sort_by_key(|named| named.name);
    found
}

pub(super) fn innermost(ty: Type) -> Type {
    match ty {
        Type::Vector(element) | Type::BareVector(element) => innermost(*element),
        ty => ty,
    }
}

/// Whether a constructor belongs to the API, and not to MTProto itself: whether some method of
/// the API takes it or answers it, however deep inside.
fn is_of_api(combinator: &'static Combinator) -> bool {
    let mut seen = vec![false; reflect::types().len()];
    let mut open: Vec<&'static Combinator> =
        reflect::methods().iter().map(Method::combinator).collect();
    while let Some(next) = open.pop() {
        let types = next
            .fields
            .iter()
            .map(|field| field.ty)
            .chain([next.result]);
        for ty in types {
            if let Type::Boxed(index) = innermost(ty)
                && !std::mem::replace(&mut seen[usize::from(index)], true)
            {
                open.extend(reflect::types()[usize::from(index)].constructors());
            }
        }
    }
    matches!(combinator.result, Type::Boxed(index) if seen[usize::from(index)])
}
