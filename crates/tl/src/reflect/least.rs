//! The least value of a type: the flattest constructor, no optionals, empty vectors.

use std::sync::LazyLock;

use bytes::Bytes;

use super::layers::Layer;
use super::tables::{Combinator, Field, Type, combinators, types};
use super::value::{Object, Value};
use crate::generated::history::LAYERS;

/// The least value of a type; none when every value of it would be infinitely deep, or the type says nothing of
/// its values. `choose` is asked for each field that is a number or a byte string, and may leave it at zero.
///
/// Of constructors equally flat it is the one that the type is named after (`updates` for `Updates`), or the one
/// with the fewest fields. Two kinds of constructors are taken only where there is no other: those that an older layer does not know,
/// and those that say that nothing is new (`messages.messagesNotModified`), which refer to an answer before.
pub fn least(ty: Type, choose: &mut dyn FnMut(&'static Field) -> Option<Value>) -> Option<Value> {
    Some(match ty {
        Type::Flags | Type::True => Value::True,
        Type::Int => Value::Int(0),
        Type::Long => Value::Long(0),
        Type::Double => Value::Double(0.0),
        Type::Int128 => Value::Int128([0; 16]),
        Type::Int256 => Value::Int256([0; 32]),
        Type::String => Value::String(String::new()),
        Type::Bytes => Value::Bytes(Bytes::new()),
        Type::Bool => Value::Bool(false),
        Type::Vector(_) | Type::BareVector(_) => Value::Vector(Vec::new()),
        Type::Bare(index) => Value::Object(object(index, choose)?),
        Type::Boxed(ty) => Value::Object(object(flattest(ty)?, choose)?),
        Type::Object => return None,
    })
}

fn object(index: u16, choose: &mut dyn FnMut(&'static Field) -> Option<Value>) -> Option<Object> {
    if height(index) == u32::MAX {
        return None;
    }
    let combinator = &combinators()[usize::from(index)];
    let mut fields = Vec::with_capacity(combinator.fields.len());
    for field in combinator.fields {
        fields.push(match (field.ty, field.flag) {
            (Type::Flags, _) | (_, Some(_)) => None,
            (Type::Bare(_) | Type::Boxed(_), None) => Some(least(field.ty, choose)?),
            (ty, None) => Some(match choose(field) {
                Some(chosen) => chosen,
                None => least(ty, choose)?,
            }),
        });
    }
    Some(Object { combinator, fields })
}

/// The constructor of the least value of a type.
fn flattest(ty: u16) -> Option<u16> {
    let info = &types()[usize::from(ty)];
    let least = |index: &&u16| {
        let combinator = &combinators()[usize::from(**index)];
        let namesake = combinator.name.eq_ignore_ascii_case(info.name);
        (height(**index), !namesake, required(combinator).count())
    };
    info.constructors.iter().min_by_key(least).copied()
}

fn required(combinator: &Combinator) -> impl Iterator<Item = &Field> {
    let fields = combinator.fields.iter();
    fields.filter(|field| field.flag.is_none() && field.ty != Type::Flags)
}

/// How many objects deep the flattest value of a combinator is, without its optionals; [`DETOUR`] more for each
/// that is better avoided.
pub(super) fn height(combinator: u16) -> u32 {
    HEIGHTS[usize::from(combinator)]
}

fn is_avoided(at: usize, combinator: &Combinator) -> bool {
    let is_unknown = |layer: &Layer| layer.unknown.iter().any(|other| usize::from(*other) == at);
    combinator.name.ends_with("NotModified") || LAYERS.iter().any(is_unknown)
}

/// Higher than any value of the schema has to be.
const DETOUR: u32 = 1_000;

static HEIGHTS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let own = |(at, combinator)| {
        if is_avoided(at, combinator) {
            DETOUR
        } else {
            1
        }
    };
    let own: Vec<u32> = combinators().iter().enumerate().map(own).collect();
    let mut heights = vec![u32::MAX; own.len()];
    loop {
        let mut changed = false;
        for (index, combinator) in combinators().iter().enumerate() {
            let height = required(combinator)
                .map(|field| match field.ty {
                    Type::Boxed(ty) => types()[usize::from(ty)]
                        .constructors
                        .iter()
                        .map(|variant| heights[usize::from(*variant)])
                        .min()
                        .unwrap_or(u32::MAX),
                    Type::Bare(bare) => heights[usize::from(bare)],
                    _ => 0,
                })
                .max()
                .unwrap_or(0)
                .saturating_add(own[index]);
            if height < heights[index] {
                heights[index] = height;
                changed = true;
            }
        }
        if !changed {
            return heights;
        }
    }
});
