//! `core.telegram.org/api/translations`: one language, and no strings beyond those a client brings along.

use heliogram_tl::api::{self, langpack};

use crate::cx::{Cx, Raise};

/// The one language.
const CODE: &str = "en";
const VERSION: i32 = 1;

/// `langpack.getLangPack = LangPackDifference`
pub(super) fn pack(
    _: &mut Cx<'_>,
    call: langpack::GetLangPack,
) -> Result<api::LangPackDifference, Raise<langpack::GetLangPackError>> {
    match call.lang_code == CODE {
        true => Ok(nothing_since(0)),
        false => Err(Raise::Method(langpack::GetLangPackError::LanguageInvalid)),
    }
}

/// `langpack.getStrings = Vector<LangPackString>`
pub(super) fn strings(
    _: &mut Cx<'_>,
    call: langpack::GetStrings,
) -> Result<Vec<api::TypeLangPackString>, Raise<langpack::GetStringsError>> {
    let deleted =
        |key| api::TypeLangPackString::LangPackStringDeleted(api::LangPackStringDeleted { key });
    Ok(call.keys.into_iter().map(deleted).collect())
}

/// `langpack.getDifference = LangPackDifference`
pub(super) fn difference(
    _: &mut Cx<'_>,
    call: langpack::GetDifference,
) -> Result<api::LangPackDifference, Raise<langpack::GetDifferenceError>> {
    Ok(nothing_since(call.from_version))
}

/// `langpack.getLanguages = Vector<LangPackLanguage>`
pub(super) fn languages(
    _: &mut Cx<'_>,
    _: langpack::GetLanguages,
) -> Result<Vec<api::LangPackLanguage>, Raise<langpack::GetLanguagesError>> {
    Ok(vec![english()])
}

/// `langpack.getLanguage = LangPackLanguage`
pub(super) fn language(
    _: &mut Cx<'_>,
    _: langpack::GetLanguage,
) -> Result<api::LangPackLanguage, Raise<langpack::GetLanguageError>> {
    Ok(english())
}

fn nothing_since(from_version: i32) -> api::LangPackDifference {
    api::LangPackDifference {
        lang_code: CODE.to_owned(),
        from_version,
        version: VERSION,
        strings: Vec::new(),
    }
}

fn english() -> api::LangPackLanguage {
    api::LangPackLanguage {
        official: true,
        name: "English".to_owned(),
        native_name: "English".to_owned(),
        lang_code: CODE.to_owned(),
        plural_code: CODE.to_owned(),
        translations_url: "https://translations.telegram.org/en/".to_owned(),
        ..api::LangPackLanguage::default()
    }
}
