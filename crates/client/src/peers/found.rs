//! Finds users, chats and messages in any object, on its bytes.
//!
//! Some hundred answers carry `users` and `chats`, at the end or deep inside. Listing their types would forget those of
//! the next layer, so the schema's tables say where they are. The walk makes no values: it steps over what
//! it does not want, by plans made once from the tables, and an object that cannot hold any peer costs one
//! look at its id. A page of 100 messages takes half as long as decoding it; values of the tables would take
//! three times as long.

use std::sync::LazyLock;

use heliogram_tl::{
    Combinator as _, Malformed, Reader, api,
    reflect::{self, Type},
};

/// Where peers and messages stand in an object's bytes, ids included.
#[derive(Debug, Default)]
pub(crate) struct Found<'a> {
    /// `user` objects.
    pub(crate) users: Vec<&'a [u8]>,
    /// `chat`, `channel` and `channelForbidden` objects.
    pub(crate) chats: Vec<&'a [u8]>,
    /// `message` and `messageService` objects.
    pub(crate) messages: Vec<&'a [u8]>,
}

/// Finds what is in an object, or a vector of objects. What cannot be read is left out: whoever decodes the object
/// hears of it.
pub(crate) fn find(object: &[u8]) -> Found<'_> {
    let mut found = Found::default();
    let plans = &*PLANS;
    let mut reader = Reader::new(object);
    let _ = match reader.peek_word() {
        Some(VECTOR) => plans.step_over(Shape::Vector(&Type::Object), &mut reader, &mut found),
        Some(id) if plans.by_id(id).is_some_and(|plan| plan.reaches) => {
            plans.step_over(Shape::Boxed, &mut reader, &mut found)
        }
        _ => Ok(()),
    };
    found
}

static PLANS: LazyLock<Plans> = LazyLock::new(Plans::new);

struct Plans {
    /// Parallel to [`reflect::combinators`], which are sorted by id.
    plans: Vec<Plan>,
    /// Where ids with these upper bits begin. Ids are checksums, and so as good as evenly spread.
    first: Vec<u16>,
}

struct Plan {
    id: u32,
    steps: Vec<Step>,
    /// Whether peers may be in it.
    reaches: bool,
    wanted: Option<Wanted>,
}

struct Step {
    /// Which flag word says whether it is there, and by which bit; no bit for what always is.
    word: usize,
    bit: u32,
    /// The bits of this step and those behind it that hang on the same word, and how many steps that are: most optionals
    /// are absent, and are passed by together.
    run: u32,
    steps: usize,
    shape: Shape,
}

#[derive(Clone, Copy)]
enum Shape {
    Flags,
    /// So many bytes.
    Fixed(u8),
    /// A string or byte array.
    Text,
    /// An object behind its id.
    Boxed,
    /// A constructor without its id.
    Bare(u16),
    Vector(&'static Type),
    BareVector(&'static Type),
}

#[derive(Clone, Copy)]
enum Wanted {
    User,
    Chat,
    Message,
}

impl Plans {
    fn new() -> Self {
        let combinators = reflect::combinators();
        let mut plans: Vec<_> = combinators.iter().map(Plan::new).collect();
        // What holds something that reaches a peer does, too: until nothing changes.
        loop {
            let reached: Vec<bool> = plans.iter().map(|plan| plan.reaches).collect();
            for (plan, combinator) in plans.iter_mut().zip(combinators) {
                plan.reaches |= combinator
                    .fields
                    .iter()
                    .any(|field| reaches(field.ty, &reached));
            }
            if plans
                .iter()
                .zip(&reached)
                .all(|(plan, before)| plan.reaches == *before)
            {
                break;
            }
        }
        let first = (0..=BUCKETS)
            .map(|bucket| plans.partition_point(|plan| bucket_of(plan.id) < bucket) as u16)
            .collect();
        Self { plans, first }
    }

    fn by_id(&self, id: u32) -> Option<&Plan> {
        let bucket = bucket_of(id);
        let (from, to) = (self.first[bucket], self.first[bucket + 1]);
        let candidates = &self.plans[usize::from(from)..usize::from(to)];
        candidates.iter().find(|plan| plan.id == id)
    }

    fn step_over<'a>(
        &self,
        shape: Shape,
        reader: &mut Reader<'a>,
        found: &mut Found<'a>,
    ) -> Result<(), Malformed> {
        match shape {
            Shape::Flags => reader.word().map(drop),
            Shape::Fixed(bytes) => reader.take(bytes.into()).map(drop),
            Shape::Text => reader.byte_string().map(drop),
            Shape::Bare(index) => self.fields(&self.plans[usize::from(index)], reader, found),
            Shape::Boxed => {
                reader.descend()?;
                let object = reader.remaining();
                let id = reader.word()?;
                let plan = self.by_id(id).ok_or_else(|| reader.unexpected(id))?;
                self.fields(plan, reader, found)?;
                reader.ascend();
                let object = &object[..object.len() - reader.remaining().len()];
                match plan.wanted {
                    Some(Wanted::User) => found.users.push(object),
                    Some(Wanted::Chat) => found.chats.push(object),
                    Some(Wanted::Message) => found.messages.push(object),
                    None => {}
                }
                Ok(())
            }
            Shape::Vector(element) => {
                reader.expect(VECTOR)?;
                self.elements(element, reader, found)
            }
            Shape::BareVector(element) => self.elements(element, reader, found),
        }
    }

    fn elements<'a>(
        &self,
        element: &'static Type,
        reader: &mut Reader<'a>,
        found: &mut Found<'a>,
    ) -> Result<(), Malformed> {
        let count = reader.word()?;
        let shape = match Shape::of(element) {
            None => return Ok(()),
            Some(Shape::Fixed(bytes)) => {
                let bytes = usize::from(bytes).saturating_mul(count as usize);
                return reader.take(bytes).map(drop);
            }
            Some(shape) => shape,
        };
        reader.descend()?;
        for _ in 0..count {
            let before = reader.position();
            self.step_over(shape, reader, found)?;
            // A count that lies ends with the bytes; elements that take none would not.
            if reader.position() == before {
                break;
            }
        }
        reader.ascend();
        Ok(())
    }

    fn fields<'a>(
        &self,
        plan: &Plan,
        reader: &mut Reader<'a>,
        found: &mut Found<'a>,
    ) -> Result<(), Malformed> {
        let mut words = [0; MAX_FLAGS];
        let mut known = 0;
        let mut next = 0;
        while let Some(step) = plan.steps.get(next) {
            let word = words[step.word % MAX_FLAGS];
            if step.bit != 0 && word & step.run == 0 {
                next += step.steps;
                continue;
            }
            next += 1;
            match step.shape {
                Shape::Flags => {
                    words[known % MAX_FLAGS] = reader.word()?;
                    known += 1;
                }
                _ if step.bit != 0 && word & step.bit == 0 => {}
                shape => self.step_over(shape, reader, found)?,
            }
        }
        Ok(())
    }
}

impl Plan {
    fn new(combinator: &'static reflect::Combinator) -> Self {
        let wanted = match combinator.id {
            api::User::ID => Some(Wanted::User),
            api::Chat::ID | api::Channel::ID | api::ChannelForbidden::ID => Some(Wanted::Chat),
            api::Message::ID | api::MessageService::ID => Some(Wanted::Message),
            _ => None,
        };
        let steps = combinator.fields.iter().filter_map(|field| {
            let (word, bit) = field
                .flag
                .map_or((0, 0), |(word, bit)| (word.into(), 1 << bit));
            Some(Step {
                word,
                bit,
                run: bit,
                steps: 1,
                shape: Shape::of(&field.ty)?,
            })
        });
        let mut steps: Vec<_> = steps.collect();
        for index in (1..steps.len()).rev() {
            let (before, from) = steps.split_at_mut(index);
            let (
                before,
                Step {
                    word,
                    run,
                    steps: length,
                    ..
                },
            ) = (&mut before[index - 1], &from[0]);
            if *run != 0 && before.bit != 0 && before.word == *word {
                before.run |= run;
                before.steps += length;
            }
        }
        Self {
            id: combinator.id,
            steps,
            reaches: matches!(wanted, Some(Wanted::User | Wanted::Chat)),
            wanted,
        }
    }
}

impl Shape {
    /// None for what takes no bytes.
    fn of(ty: &'static Type) -> Option<Self> {
        Some(match ty {
            Type::True => return None,
            Type::Flags => Self::Flags,
            Type::Int | Type::Bool => Self::Fixed(4),
            Type::Long | Type::Double => Self::Fixed(8),
            Type::Int128 => Self::Fixed(16),
            Type::Int256 => Self::Fixed(32),
            Type::String | Type::Bytes => Self::Text,
            Type::Object | Type::Boxed(_) => Self::Boxed,
            Type::Bare(index) => Self::Bare(*index),
            Type::Vector(element) => Self::Vector(element),
            Type::BareVector(element) => Self::BareVector(element),
        })
    }
}

/// Whether a value of this type may hold a peer, as far as is known.
fn reaches(ty: Type, reached: &[bool]) -> bool {
    match ty {
        Type::Bare(index) => reached[usize::from(index)],
        Type::Boxed(index) => {
            reflect::types()[usize::from(index)]
                .constructors()
                .any(|constructor| {
                    let ids = reflect::combinators();
                    ids.binary_search_by_key(&constructor.id, |combinator| combinator.id)
                        .is_ok_and(|index| reached[index])
                })
        }
        Type::Vector(element) | Type::BareVector(element) => reaches(*element, reached),
        Type::Object => true,
        _ => false,
    }
}

fn bucket_of(id: u32) -> usize {
    (id >> 20) as usize
}

/// The upper twelve bits of an id.
const BUCKETS: usize = 1 << 12;
/// No constructor has more flag words; a test holds it against the tables.
const MAX_FLAGS: usize = 4;
/// `vector#1cb5c415 {t:Type} # [ t ] = Vector t;`
const VECTOR: u32 = 0x1cb5_c415;

#[cfg(test)]
mod tests {
    use heliogram_tl::{
        Decode, Encode,
        reflect::{Object, Value, random_object},
    };

    use super::*;

    /// The same numbers every time, spread well enough.
    fn numbers(mut state: u64) -> impl FnMut() -> u64 {
        move || {
            state = state
                .wrapping_mul(0x5851_f42d_4c95_7f2d)
                .wrapping_add(0x1405_7b7e_f767_814f);
            state ^ (state >> 33)
        }
    }

    /// How many objects of these names there are, by the slow way.
    fn count(object: &Object, names: &[&str]) -> usize {
        fn in_value(value: &Value, names: &[&str]) -> usize {
            match value {
                Value::Object(object) => count(object, names),
                Value::Vector(elements) => {
                    elements.iter().map(|value| in_value(value, names)).sum()
                }
                _ => 0,
            }
        }
        let fields = object.combinator().fields.iter();
        let values = fields.filter_map(|field| object.field(field.name));
        let inside: usize = values.map(|value| in_value(value, names)).sum();
        inside + usize::from(names.contains(&object.combinator().name))
    }

    #[test]
    fn every_peer_in_a_random_object_of_every_constructor_is_found() {
        let mut number = numbers(1);
        let mut total = 0;
        for combinator in reflect::combinators()
            .iter()
            .filter(|combinator| !combinator.function)
        {
            for _ in 0..3 {
                let object = random_object(combinator, &mut number);
                let Ok(bytes) = object.to_bytes() else {
                    continue;
                };
                let found = find(&bytes);
                let users = count(&object, &["user"]);
                let chats = count(&object, &["chat", "channel", "channelForbidden"]);
                assert_eq!(found.users.len(), users, "{object:?}");
                assert_eq!(found.chats.len(), chats, "{object:?}");
                if users + chats > 0 {
                    let messages = count(&object, &["message", "messageService"]);
                    assert_eq!(found.messages.len(), messages, "{object:?}");
                }
                for user in &found.users {
                    assert!(api::TypeUser::from_bytes(&user.to_vec().into()).is_ok());
                }
                total += users + chats;
            }
        }
        assert!(total > 400, "{total}");
    }

    #[test]
    fn damaged_objects_are_stepped_over_without_harm() {
        let mut number = numbers(2);
        let combinator = reflect::by_name("messages.dialogs").unwrap();
        for _ in 0..50 {
            let bytes = random_object(combinator, &mut number).to_bytes().unwrap();
            find(&bytes[..number() as usize % bytes.len()]);
            let mut bent = bytes.to_vec();
            for _ in 0..4 {
                let place = 4 + number() as usize % (bent.len() - 4);
                bent[place] = number() as u8;
            }
            find(&bent);
        }
        find(&[0x15, 0xc4, 0xb5, 0x1c, 0xff, 0xff, 0xff, 0xff]);
        find(&[]);
    }

    #[test]
    fn no_constructor_has_more_flag_words_than_there_is_room_for() {
        let words = |combinator: &reflect::Combinator| {
            combinator
                .fields
                .iter()
                .filter(|field| field.ty == Type::Flags)
                .count()
        };
        assert!(reflect::combinators().iter().map(words).max() <= Some(MAX_FLAGS));
    }

    #[test]
    fn most_answers_cannot_hold_a_peer_and_cost_one_look() {
        let reaching = |name| {
            let id = reflect::by_name(name).unwrap().id;
            PLANS.by_id(id).unwrap().reaches
        };
        assert!(!reaching("messages.affectedMessages") && !reaching("upload.file"));
        assert!(!reaching("config"));
        assert!(
            reaching("updates") && reaching("messages.messages") && reaching("auth.authorization")
        );
    }
}
