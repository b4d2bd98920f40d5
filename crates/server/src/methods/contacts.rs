//! Address books. `core.telegram.org/api/contacts`.
//!
//! A contact is a name of one's own for an account; the account is not asked, and not told. A number that nobody has,
//! or that its owner does not want to be found by, is kept and becomes a contact when somebody comes with it.

use heliogram_tl::api::contacts::{
    self, AddContactError, Contacts, DeleteByPhonesError, DeleteContactsError, GetContactsError,
    GetStatusesError, ImportContactsError, ImportedContacts, TypeContacts, UpdateContactNoteError,
};
use heliogram_tl::api::{Contact, ContactStatus, ImportedContact, TypeUpdates, TypeUser};
use heliogram_tl::{Encode, UserId};

use crate::cx::{Cx, Raise};
use crate::people::privacy::{self, Key};
use crate::people::{self, Nobody, news};
use crate::phone;
use crate::store::StoreError;
use crate::store::contacts::NewContact;

/// How many contacts one call imports; the others are to be sent again.
const MOST_AT_ONCE: usize = 1000;
/// The longest name, in characters; what is longer is cut.
const MAX_NAME: usize = 64;

/// `contacts.getContacts hash:long = contacts.Contacts`
pub(super) fn contacts(
    cx: &mut Cx<'_>,
    call: contacts::GetContacts,
) -> Result<TypeContacts, Raise<GetContactsError>> {
    let owner = cx.caller.user()?;
    let book = cx.tx.contacts().all(owner)?;
    let saved_count = cx.tx.contacts().count_numbers(owner)?;
    let ids = book.iter().map(|(id, _)| *id);
    let numbers = std::iter::once(saved_count.into()).chain(ids.clone());
    if call.hash != 0 && call.hash == hash(numbers) {
        return Ok(TypeContacts::ContactsNotModified);
    }
    let users = people::users(cx, owner, ids)?;
    let contacts = book.into_iter().map(|(id, mutual)| Contact {
        user_id: UserId(id),
        mutual,
    });
    Ok(TypeContacts::Contacts(Box::new(Contacts {
        contacts: contacts.collect(),
        saved_count,
        users,
    })))
}

/// `contacts.getStatuses = Vector<ContactStatus>`
pub(super) fn statuses(
    cx: &mut Cx<'_>,
    _: contacts::GetStatuses,
) -> Result<Vec<ContactStatus>, Raise<GetStatusesError>> {
    let owner = cx.caller.user()?;
    let book = cx.tx.contacts().all(owner)?;
    let users = people::users(cx, owner, book.iter().map(|(id, _)| *id))?;
    let status = |user| match user {
        TypeUser::User(user) => {
            let user_id = user.id;
            user.status.map(|status| ContactStatus { user_id, status })
        }
        _ => None,
    };
    Ok(users.into_iter().filter_map(status).collect())
}

/// `contacts.importContacts contacts:Vector<InputContact> = contacts.ImportedContacts`
pub(super) fn import_contacts(
    cx: &mut Cx<'_>,
    call: contacts::ImportContacts,
) -> Result<ImportedContacts, Raise<ImportContactsError>> {
    let owner = cx.caller.user()?;
    let mut imported = Vec::new();
    let mut added = Vec::new();
    let (now, later) = call
        .contacts
        .split_at(call.contacts.len().min(MOST_AT_ONCE));
    for contact in now {
        let (first_name, last_name) = (name(&contact.first_name), name(&contact.last_name));
        let Some(phone) = phone::parse(&contact.phone) else {
            continue;
        };
        if first_name.is_empty() && last_name.is_empty() {
            continue;
        }
        let new = NewContact {
            phone: &phone,
            first_name,
            last_name,
        };
        match found_by_phone(cx, owner, &phone)? {
            Some(id) => {
                imported.push(ImportedContact {
                    user_id: UserId(id),
                    client_id: contact.client_id,
                });
                if id != owner {
                    cx.tx.contacts().set(owner, id, &new)?;
                    if let Some(note) = &contact.note {
                        keep_note(cx, owner, id, note)?;
                    }
                    added.push(id);
                }
            }
            None => cx.tx.contacts().save_number(owner, &new)?,
        }
    }
    changed(cx, owner, &added)?;
    let users = people::users(cx, owner, imported.iter().map(|it| it.user_id.0))?;
    Ok(ImportedContacts {
        imported,
        popular_invites: Vec::new(),
        retry_contacts: later.iter().map(|contact| contact.client_id).collect(),
        users,
    })
}

/// `contacts.addContact flags:# add_phone_privacy_exception:flags.0?true id:InputUser first_name:string
/// last_name:string phone:string note:flags.1?TextWithEntities = Updates`
pub(super) fn add_contact(
    cx: &mut Cx<'_>,
    call: contacts::AddContact,
) -> Result<TypeUpdates, Raise<AddContactError>> {
    let owner = cx.caller.user()?;
    let id = people::addressed(cx, &call.id)?.map_err(|nobody| {
        Raise::Method(match nobody {
            Nobody::Channel => AddContactError::ChannelPrivate,
            Nobody::Message => AddContactError::MsgIdInvalid,
            _ => AddContactError::ContactIdInvalid,
        })
    })?;
    let there = cx.tx.accounts().by_id(id)?.filter(|it| !it.deleted);
    if id == owner || there.is_none() {
        return Err(Raise::Method(AddContactError::ContactIdInvalid));
    }
    let first_name = name(&call.first_name);
    if first_name.is_empty() {
        return Err(Raise::Method(AddContactError::ContactNameEmpty));
    }
    let new = NewContact {
        phone: &phone::digits(&call.phone),
        first_name,
        last_name: name(&call.last_name),
    };
    cx.tx.contacts().set(owner, id, &new)?;
    if let Some(note) = &call.note {
        keep_note(cx, owner, id, note)?;
    }
    if call.add_phone_privacy_exception {
        let kept = cx.tx.privacy().of(owner, Key::PhoneNumber)?;
        let mut rules = Key::PhoneNumber.rules(kept.as_ref());
        privacy::allow_too(&mut rules, id);
        privacy::set(cx, Key::PhoneNumber, rules)?;
    }
    Ok(changed(cx, owner, &[id])?)
}

/// `contacts.deleteContacts id:Vector<InputUser> = Updates`
pub(super) fn delete_contacts(
    cx: &mut Cx<'_>,
    call: contacts::DeleteContacts,
) -> Result<TypeUpdates, Raise<DeleteContactsError>> {
    let owner = cx.caller.user()?;
    let mut removed = Vec::new();
    for input in &call.id {
        match people::addressed(cx, input)? {
            Ok(id) if cx.tx.contacts().remove(owner, id)? => removed.push(id),
            Err(Nobody::Message) => return Err(Raise::Method(DeleteContactsError::MsgIdInvalid)),
            // Whoever is no contact need not be made none.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(changed(cx, owner, &removed)?)
}

/// `contacts.deleteByPhones phones:Vector<string> = Bool`
pub(super) fn delete_by_phones(
    cx: &mut Cx<'_>,
    call: contacts::DeleteByPhones,
) -> Result<bool, Raise<DeleteByPhonesError>> {
    let owner = cx.caller.user()?;
    let mut removed = Vec::new();
    for phone in call.phones.iter().map(|phone| phone::digits(phone)) {
        cx.tx.contacts().remove_number(owner, &phone)?;
        if let Some(id) = cx.tx.contacts().by_phone(owner, &phone)? {
            cx.tx.contacts().remove(owner, id)?;
            removed.push(id);
        }
    }
    changed(cx, owner, &removed)?;
    Ok(true)
}

/// `contacts.updateContactNote id:InputUser note:TextWithEntities = Bool`
pub(super) fn update_contact_note(
    cx: &mut Cx<'_>,
    call: contacts::UpdateContactNote,
) -> Result<bool, Raise<UpdateContactNoteError>> {
    let owner = cx.caller.user()?;
    let id = people::addressed(cx, &call.id)?
        .map_err(|_| Raise::Method(UpdateContactNoteError::ContactIdInvalid))?;
    if !keep_note(cx, owner, id, &call.note)? {
        return Err(Raise::Method(UpdateContactNoteError::ContactMissing));
    }
    Ok(true)
}

/// Whether there is a contact to keep it of. An empty note is none.
fn keep_note(
    cx: &Cx<'_>,
    owner: i64,
    id: i64,
    note: &heliogram_tl::api::TextWithEntities,
) -> Result<bool, StoreError> {
    let bytes = note.to_bytes().ok().filter(|_| !note.text.is_empty());
    cx.tx.contacts().set_note(owner, id, bytes.as_deref())
}

/// Whoever has this number, when they want to be found by it.
pub(super) fn found_by_phone(
    cx: &Cx<'_>,
    seeker: i64,
    phone: &str,
) -> Result<Option<i64>, StoreError> {
    let Some(account) = cx.tx.accounts().by_phone(phone)? else {
        return Ok(None);
    };
    let found = account.id == seeker || people::allows(cx, account.id, Key::AddedByPhone, seeker)?;
    Ok(found.then_some(account.id))
}

/// Tells the owner's sessions what became of these people, and gives the caller the same as an answer.
fn changed(cx: &mut Cx<'_>, owner: i64, ids: &[i64]) -> Result<TypeUpdates, StoreError> {
    let updates = news::of_contacts(cx, owner, ids)?;
    if !ids.is_empty() {
        news::tell_own_all(cx, &updates)?;
    }
    Ok(updates)
}

fn name(given: &str) -> &str {
    let given = given.trim();
    match given.char_indices().nth(MAX_NAME) {
        Some((end, _)) => &given[..end],
        None => given,
    }
}

/// The hash by which clients say what they have. `core.telegram.org/api/offsets`, "Hash generation".
fn hash(numbers: impl Iterator<Item = i64>) -> i64 {
    let mix = |hash: u64, number: i64| {
        let hash = hash ^ (hash >> 21);
        let hash = hash ^ (hash << 35);
        let hash = hash ^ (hash >> 4);
        hash.wrapping_add(number.cast_unsigned())
    };
    numbers.fold(0, mix).cast_signed()
}
