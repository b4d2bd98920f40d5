//! Who may see and do what; the rules are explained in `people/privacy.rs`. `core.telegram.org/api/privacy`.

use std::collections::HashSet;
use std::mem::discriminant;

use heliogram_tl::api::account::{self, GetPrivacyError, PrivacyRules, SetPrivacyError};
use heliogram_tl::api::{
    PrivacyValueAllowUsers, PrivacyValueDisallowUsers, TypeInputPrivacyRule, TypeInputUser,
    TypePrivacyRule,
};

use crate::cx::{Cx, Raise};
use crate::people;
use crate::people::privacy::{self, Key};
use crate::store::StoreError;

/// How many people all rules of a key may name.
const MOST: usize = 1000;

/// `account.getPrivacy key:InputPrivacyKey = account.PrivacyRules`
pub(super) fn privacy(
    cx: &mut Cx<'_>,
    call: account::GetPrivacy,
) -> Result<PrivacyRules, Raise<GetPrivacyError>> {
    let owner = cx.caller.user()?;
    let key = Key::of(&call.key).ok_or(Raise::Method(GetPrivacyError::PrivacyKeyInvalid))?;
    let kept = cx.tx.privacy().of(owner, key)?;
    Ok(shown(cx, owner, key.rules(kept.as_ref()))?)
}

/// `account.setPrivacy key:InputPrivacyKey rules:Vector<InputPrivacyRule> = account.PrivacyRules`
pub(super) fn set_privacy(
    cx: &mut Cx<'_>,
    call: account::SetPrivacy,
) -> Result<PrivacyRules, Raise<SetPrivacyError>> {
    let owner = cx.caller.user()?;
    let key = Key::of(&call.key).ok_or(Raise::Method(SetPrivacyError::PrivacyKeyInvalid))?;
    let invalid = || Raise::Method(SetPrivacyError::PrivacyValueInvalid);
    let named = call.rules.iter().map(|rule| people_of(rule).len());
    if named.sum::<usize>() > MOST {
        return Err(Raise::Method(SetPrivacyError::PrivacyTooLong));
    }
    let mut rules = Vec::new();
    for rule in &call.rules {
        rules.push(read(cx, rule)?.ok_or_else(invalid)?);
    }
    if !are_consistent(key, &rules) {
        return Err(invalid());
    }
    let rules = privacy::set(cx, key, rules)?;
    Ok(shown(cx, owner, rules)?)
}

/// Rules with the people they name.
fn shown(cx: &Cx<'_>, owner: i64, rules: Vec<TypePrivacyRule>) -> Result<PrivacyRules, StoreError> {
    let named = rules.iter().flat_map(ids_of).copied();
    Ok(PrivacyRules {
        users: people::users(cx, owner, named)?,
        rules,
        chats: Vec::new(),
    })
}

/// A rule as it is kept; none for one that names chats, which are not here, or people whom the caller has not met.
fn read(cx: &Cx<'_>, rule: &TypeInputPrivacyRule) -> Result<Option<TypePrivacyRule>, StoreError> {
    use TypeInputPrivacyRule as Input;
    use TypePrivacyRule as Rule;
    let mut users = Vec::new();
    for input in people_of(rule) {
        match people::addressed(cx, input)? {
            Ok(id) if !users.contains(&id) => users.push(id),
            Ok(_) => {}
            Err(_) => return Ok(None),
        }
    }
    Ok(Some(match rule {
        Input::InputPrivacyValueAllowUsers(_) => {
            Rule::PrivacyValueAllowUsers(PrivacyValueAllowUsers { users })
        }
        Input::InputPrivacyValueDisallowUsers(_) => {
            Rule::PrivacyValueDisallowUsers(PrivacyValueDisallowUsers { users })
        }
        Input::InputPrivacyValueAllowContacts => Rule::PrivacyValueAllowContacts,
        Input::InputPrivacyValueDisallowContacts => Rule::PrivacyValueDisallowContacts,
        Input::InputPrivacyValueAllowAll => Rule::PrivacyValueAllowAll,
        Input::InputPrivacyValueDisallowAll => Rule::PrivacyValueDisallowAll,
        Input::InputPrivacyValueAllowCloseFriends => Rule::PrivacyValueAllowCloseFriends,
        Input::InputPrivacyValueAllowPremium => Rule::PrivacyValueAllowPremium,
        Input::InputPrivacyValueAllowBots => Rule::PrivacyValueAllowBots,
        Input::InputPrivacyValueDisallowBots => Rule::PrivacyValueDisallowBots,
        _ => return Ok(None),
    }))
}

/// Whether rules say something, each kind once, and not of the same people yes and no.
fn are_consistent(key: Key, rules: &[TypePrivacyRule]) -> bool {
    use TypePrivacyRule as Rule;
    let has = |rule: &Rule| {
        rules
            .iter()
            .any(|it| discriminant(it) == discriminant(rule))
    };
    let kinds: HashSet<_> = rules.iter().map(discriminant).collect();
    let named: Vec<_> = rules.iter().flat_map(ids_of).collect();
    let opposites = [
        (Rule::PrivacyValueAllowAll, Rule::PrivacyValueDisallowAll),
        (
            Rule::PrivacyValueAllowContacts,
            Rule::PrivacyValueDisallowContacts,
        ),
        (Rule::PrivacyValueAllowBots, Rule::PrivacyValueDisallowBots),
    ];
    !rules.is_empty()
        && kinds.len() == rules.len()
        && named.iter().collect::<HashSet<_>>().len() == named.len()
        && !opposites.iter().any(|(yes, no)| has(yes) && has(no))
        && (key == Key::ChatInvite || !has(&Rule::PrivacyValueAllowPremium))
}

fn people_of(rule: &TypeInputPrivacyRule) -> &[TypeInputUser] {
    match rule {
        TypeInputPrivacyRule::InputPrivacyValueAllowUsers(named) => &named.users,
        TypeInputPrivacyRule::InputPrivacyValueDisallowUsers(named) => &named.users,
        _ => &[],
    }
}

fn ids_of(rule: &TypePrivacyRule) -> &[i64] {
    match rule {
        TypePrivacyRule::PrivacyValueAllowUsers(named) => &named.users,
        TypePrivacyRule::PrivacyValueDisallowUsers(named) => &named.users,
        _ => &[],
    }
}
