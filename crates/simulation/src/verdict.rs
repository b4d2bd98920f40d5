//! What must hold when the weather has cleared.
//!
//! Each person asks the server for everything, and both sides of each chat are compared with each other and with what
//! the senders remember of the answers they got.

use std::collections::BTreeMap;

use heliogram::api::messages::TypeDialogs;
use heliogram::api::{TypeDialog, TypeMessage};

use heliogram_campaigns::letters::{self, Friend, Seen};

use crate::Failure;
use crate::person::{Letter, Person, invoke};
use crate::reader::Read;

/// Compares everything; gives how many messages there are.
pub(crate) async fn check(people: &[Person], read: &[Read]) -> Result<usize, Failure> {
    let friends: Vec<Friend> = people.iter().map(|person| person.myself).collect();
    let mut chats = BTreeMap::new();
    for person in people {
        for friend in friends
            .iter()
            .filter(|friend| friend.id != person.myself.id)
        {
            let seen = history(person, *friend).await?;
            chats.insert((person.myself.id, friend.id), seen);
        }
    }
    let mut messages = 0;
    for (one, other) in pairs(people) {
        let (here, there) = (
            &chats[&(one.myself.id, other.myself.id)],
            &chats[&(other.myself.id, one.myself.id)],
        );
        same(here, there).map_err(|error| format!("chat of {one} and {other}: {error}"))?;
        for (sender, recipient, box_) in [(one, other, here), (other, one, there)] {
            as_remembered(sender, recipient.myself.id, box_)
                .map_err(|error| format!("from {sender} to {recipient}: {error}"))?;
        }
        messages += here.len();
    }
    for (person, read) in people.iter().zip(read) {
        dialogs(person, &chats).await?;
        let me = person.myself;
        let chats = chats.iter().filter(|((owner, _), _)| *owner == me.id);
        let box_: Vec<Seen> = chats.flat_map(|(_, chat)| chat.clone()).collect();
        let gone = people.iter().flat_map(|writer| {
            let theirs = move |letter: &&Letter| writer.myself == me || letter.to == me;
            writer
                .letters
                .iter()
                .filter(theirs)
                .filter(|letter| letter.deleted)
        });
        let told = read.check(&box_, gone.count());
        told.map_err(|error| format!("the other device of {person}: {error}"))?;
    }
    Ok(messages)
}

/// A whole chat, oldest first.
async fn history(person: &Person, friend: Friend) -> Result<Vec<Seen>, Failure> {
    let mut all: Vec<Seen> = Vec::new();
    loop {
        let offset = all.last().map_or(0, |seen| seen.id);
        let page = letters::history(friend.peer(), offset);
        let page = letters::of(invoke(&person.client, &page).await?)?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    all.reverse();
    if !all.is_sorted_by_key(|seen| seen.id) {
        return Err(format!("{person} sees messages out of order").into());
    }
    Ok(all)
}

/// Both sides have the same, in the same order.
fn same(here: &[Seen], there: &[Seen]) -> Result<(), Failure> {
    let turned = |seen: &Seen| (!seen.out, seen.text.clone());
    let here_as: Vec<_> = here
        .iter()
        .map(|seen| (seen.out, seen.text.clone()))
        .collect();
    let there_as: Vec<_> = there.iter().map(turned).collect();
    if here_as == there_as {
        return Ok(());
    }
    let first = here_as
        .iter()
        .zip(&there_as)
        .position(|(here, there)| here != there)
        .unwrap_or(here_as.len().min(there_as.len()));
    Err(format!(
        "{} and {} messages, different from number {first} on: {:?} and {:?}",
        here.len(),
        there.len(),
        here_as.get(first),
        there_as.get(first)
    )
    .into())
}

/// What was answered is there once, and nothing else.
fn as_remembered(sender: &Person, to: i64, box_: &[Seen]) -> Result<(), Failure> {
    let remembered: Vec<&Letter> = sender
        .letters
        .iter()
        .filter(|letter| letter.to.id == to && !letter.deleted)
        .collect();
    let sent: Vec<&Seen> = box_.iter().filter(|seen| seen.out).collect();
    for letter in &remembered {
        let found: Vec<_> = sent
            .iter()
            .filter(|seen| seen.text == letter.text)
            .collect();
        match found[..] {
            [one] if one.id == letter.id => {}
            [one] => return Err(format!("{letter:?} has the id {}", one.id).into()),
            _ => return Err(format!("{letter:?} is there {} times", found.len()).into()),
        }
    }
    if sent.len() != remembered.len() {
        return Err(format!("{} messages instead of {}", sent.len(), remembered.len()).into());
    }
    for (earlier, later) in remembered.iter().zip(remembered.iter().skip(1)) {
        if earlier.round < later.round && earlier.id >= later.id {
            return Err(format!("{later:?} stands before {earlier:?}").into());
        }
    }
    Ok(())
}

/// The list of chats says of each what is in it.
async fn dialogs(person: &Person, chats: &BTreeMap<(i64, i64), Vec<Seen>>) -> Result<(), Failure> {
    let TypeDialogs::Dialogs(list) = invoke(&person.client, &letters::dialogs()).await? else {
        return Err("not all dialogs at once".into());
    };
    let mut listed = 0;
    for dialog in &list.dialogs {
        let TypeDialog::Dialog(dialog) = dialog else {
            continue;
        };
        let Some(chat) =
            letters::person(&dialog.peer).and_then(|id| chats.get(&(person.myself.id, id)))
        else {
            continue;
        };
        listed += 1;
        let top = chat.last().map_or(0, |seen| seen.id);
        let unread = |seen: &&Seen| !seen.out && seen.id > dialog.read_inbox_max_id;
        let unread = chat.iter().filter(unread).count();
        if (dialog.top_message, dialog.unread_count) != (top, unread as i32) {
            return Err(format!(
                "{person} is told of message {} and {} unread; there are {top} and {unread}",
                dialog.top_message, dialog.unread_count
            )
            .into());
        }
        let here = |message: &TypeMessage| letters::seen(message).is_some_and(|it| it.id == top);
        if !list.messages.iter().any(here) {
            return Err(format!("the last message of a chat of {person} is not told").into());
        }
    }
    let chats = chats
        .iter()
        .filter(|((owner, _), _)| *owner == person.myself.id);
    let expected = chats.filter(|(_, chat)| !chat.is_empty()).count();
    if listed < expected {
        return Err(format!("{person} is told of {listed} chats of {expected}").into());
    }
    Ok(())
}

fn pairs(people: &[Person]) -> impl Iterator<Item = (&Person, &Person)> {
    people
        .iter()
        .enumerate()
        .flat_map(|(at, one)| people[at + 1..].iter().map(move |other| (one, other)))
}
