//! Who may see and do what. `core.telegram.org/api/privacy`.
//!
//! For each [`Key`] an account has a list of rules, and the first one that speaks of somebody decides; when none does,
//! it is no. Clients send rules in any order, with the exceptions before or after the rest; so they are put in order
//! before they are kept, from what speaks of one person to what speaks of all:
//!
//! ```text
//! allow/disallow users -> bots, premium, close friends -> contacts -> all
//! ```
//!
//! "Contacts" are those whom the owner of the rules has in their address book. Nobody here is a close friend or has
//! premium, and there are no groups that could be named.

use bytes::Bytes;
use heliogram_tl::api::{
    PrivacyValueAllowUsers, PrivacyValueDisallowUsers, TypeInputPrivacyKey, TypePrivacyKey,
    TypePrivacyRule, TypeUpdate, UpdatePrivacy,
};
use heliogram_tl::{Decode, Encode};

use super::{news, presence};
use crate::cx::Cx;
use crate::store::StoreError;

/// What rules are about. The number is that in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    StatusTimestamp = 0,
    ChatInvite = 1,
    PhoneCall = 2,
    PhoneP2P = 3,
    Forwards = 4,
    ProfilePhoto = 5,
    PhoneNumber = 6,
    AddedByPhone = 7,
    VoiceMessages = 8,
    About = 9,
    Birthday = 10,
}

/// Somebody who wants to see or do something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asker {
    pub(crate) id: i64,
    /// Whether the owner of the rules has them as a contact.
    pub(crate) contact: bool,
    pub(crate) bot: bool,
}

impl Key {
    pub(crate) fn number(self) -> i64 {
        self as i64
    }

    /// None for gifts, paid messages and music on profiles: there are none here.
    pub(crate) fn of(key: &TypeInputPrivacyKey) -> Option<Self> {
        use TypeInputPrivacyKey as Input;
        Some(match key {
            Input::InputPrivacyKeyStatusTimestamp => Self::StatusTimestamp,
            Input::InputPrivacyKeyChatInvite => Self::ChatInvite,
            Input::InputPrivacyKeyPhoneCall => Self::PhoneCall,
            Input::InputPrivacyKeyPhoneP2P => Self::PhoneP2P,
            Input::InputPrivacyKeyForwards => Self::Forwards,
            Input::InputPrivacyKeyProfilePhoto => Self::ProfilePhoto,
            Input::InputPrivacyKeyPhoneNumber => Self::PhoneNumber,
            Input::InputPrivacyKeyAddedByPhone => Self::AddedByPhone,
            Input::InputPrivacyKeyVoiceMessages => Self::VoiceMessages,
            Input::InputPrivacyKeyAbout => Self::About,
            Input::InputPrivacyKeyBirthday => Self::Birthday,
            _ => return None,
        })
    }

    /// As updates name it.
    pub(crate) fn shown(self) -> TypePrivacyKey {
        match self {
            Self::StatusTimestamp => TypePrivacyKey::PrivacyKeyStatusTimestamp,
            Self::ChatInvite => TypePrivacyKey::PrivacyKeyChatInvite,
            Self::PhoneCall => TypePrivacyKey::PrivacyKeyPhoneCall,
            Self::PhoneP2P => TypePrivacyKey::PrivacyKeyPhoneP2P,
            Self::Forwards => TypePrivacyKey::PrivacyKeyForwards,
            Self::ProfilePhoto => TypePrivacyKey::PrivacyKeyProfilePhoto,
            Self::PhoneNumber => TypePrivacyKey::PrivacyKeyPhoneNumber,
            Self::AddedByPhone => TypePrivacyKey::PrivacyKeyAddedByPhone,
            Self::VoiceMessages => TypePrivacyKey::PrivacyKeyVoiceMessages,
            Self::About => TypePrivacyKey::PrivacyKeyAbout,
            Self::Birthday => TypePrivacyKey::PrivacyKeyBirthday,
        }
    }

    /// What holds for whoever never set anything.
    fn at_first(self) -> TypePrivacyRule {
        match self {
            Self::PhoneNumber | Self::PhoneP2P | Self::Birthday => {
                TypePrivacyRule::PrivacyValueAllowContacts
            }
            _ => TypePrivacyRule::PrivacyValueAllowAll,
        }
    }

    /// The rules out of their bytes.
    pub(crate) fn rules(self, kept: Option<&Bytes>) -> Vec<TypePrivacyRule> {
        let at_first = || vec![self.at_first()];
        kept.map_or_else(at_first, |bytes| {
            Decode::from_bytes(bytes).unwrap_or_else(|error| {
                tracing::error!(%error, "privacy rules of the store cannot be read; nobody is allowed anything");
                Vec::new()
            })
        })
    }

    /// Whether the rules say yes to somebody.
    pub(crate) fn allows(self, kept: Option<&Bytes>, asker: Asker) -> bool {
        let rules = self.rules(kept);
        rules
            .iter()
            .find_map(|rule| verdict(rule, asker))
            .unwrap_or(false)
    }
}

/// Keeps rules of the caller's, and tells their sessions.
pub(crate) fn set(
    cx: &mut Cx<'_>,
    key: Key,
    mut rules: Vec<TypePrivacyRule>,
) -> Result<Vec<TypePrivacyRule>, StoreError> {
    let owner = cx.caller.user_id.unwrap_or_default();
    put_in_order(&mut rules);
    match rules.to_bytes() {
        Ok(bytes) => cx.tx.privacy().set(owner, key, &bytes)?,
        Err(error) => tracing::error!(%error, "privacy rules could not be written"),
    }
    let update = TypeUpdate::UpdatePrivacy(Box::new(UpdatePrivacy {
        key: key.shown(),
        rules: rules.clone(),
    }));
    news::tell_own(cx, update)?;
    if key == Key::StatusTimestamp {
        presence::announce(cx, owner)?;
    }
    Ok(rules)
}

/// Puts rules in the order in which they are asked.
fn put_in_order(rules: &mut [TypePrivacyRule]) {
    use TypePrivacyRule as Rule;
    rules.sort_by_key(|rule| match rule {
        Rule::PrivacyValueAllowUsers(_) | Rule::PrivacyValueDisallowUsers(_) => 0,
        Rule::PrivacyValueAllowContacts | Rule::PrivacyValueDisallowContacts => 2,
        Rule::PrivacyValueAllowAll | Rule::PrivacyValueDisallowAll => 3,
        _ => 1,
    });
}

/// Adds an exception for one person to rules that are in order.
pub(crate) fn allow_too(rules: &mut Vec<TypePrivacyRule>, user_id: i64) {
    for rule in rules.iter_mut() {
        if let TypePrivacyRule::PrivacyValueDisallowUsers(PrivacyValueDisallowUsers { users }) =
            rule
        {
            users.retain(|id| *id != user_id);
        }
    }
    let exceptions = rules.iter_mut().find_map(|rule| match rule {
        TypePrivacyRule::PrivacyValueAllowUsers(PrivacyValueAllowUsers { users }) => Some(users),
        _ => None,
    });
    match exceptions {
        Some(users) if users.contains(&user_id) => {}
        Some(users) => users.push(user_id),
        None => rules.insert(
            0,
            TypePrivacyRule::PrivacyValueAllowUsers(PrivacyValueAllowUsers {
                users: vec![user_id],
            }),
        ),
    }
}

/// What one rule says of somebody; none when it does not speak of them.
fn verdict(rule: &TypePrivacyRule, asker: Asker) -> Option<bool> {
    use TypePrivacyRule as Rule;
    match rule {
        Rule::PrivacyValueAllowUsers(named) => named.users.contains(&asker.id).then_some(true),
        Rule::PrivacyValueDisallowUsers(named) => named.users.contains(&asker.id).then_some(false),
        Rule::PrivacyValueAllowBots => asker.bot.then_some(true),
        Rule::PrivacyValueDisallowBots => asker.bot.then_some(false),
        Rule::PrivacyValueAllowContacts => asker.contact.then_some(true),
        Rule::PrivacyValueDisallowContacts => asker.contact.then_some(false),
        Rule::PrivacyValueAllowAll => Some(true),
        Rule::PrivacyValueDisallowAll => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(mut rules: Vec<TypePrivacyRule>, asker: Asker) -> bool {
        put_in_order(&mut rules);
        Key::About.allows(Some(&Bytes::from(rules.to_bytes().unwrap())), asker)
    }

    #[test]
    fn what_speaks_of_one_person_comes_before_what_speaks_of_all() {
        let named = || PrivacyValueAllowUsers { users: vec![7] };
        let unnamed = || PrivacyValueDisallowUsers { users: vec![7] };
        let (friend, other) = (
            Asker {
                id: 7,
                contact: true,
                bot: false,
            },
            Asker {
                id: 8,
                contact: false,
                bot: false,
            },
        );
        for turned in [false, true] {
            let rules = |mut rules: Vec<_>| {
                if turned {
                    rules.reverse();
                }
                rules
            };
            let only_friend = rules(vec![
                TypePrivacyRule::PrivacyValueDisallowAll,
                TypePrivacyRule::PrivacyValueAllowUsers(named()),
            ]);
            assert!(allows(only_friend.clone(), friend) && !allows(only_friend, other));
            let all_but_friend = rules(vec![
                TypePrivacyRule::PrivacyValueAllowAll,
                TypePrivacyRule::PrivacyValueDisallowUsers(unnamed()),
            ]);
            assert!(!allows(all_but_friend.clone(), friend) && allows(all_but_friend, other));
            let strangers = rules(vec![
                TypePrivacyRule::PrivacyValueAllowAll,
                TypePrivacyRule::PrivacyValueDisallowContacts,
            ]);
            assert!(!allows(strangers.clone(), friend) && allows(strangers, other));
        }
        let contacts = vec![TypePrivacyRule::PrivacyValueAllowContacts];
        assert!(allows(contacts.clone(), friend) && !allows(contacts, other));
    }

    #[test]
    fn rules_that_cannot_be_read_allow_nothing() {
        let anybody = Asker {
            id: 7,
            contact: true,
            bot: false,
        };
        assert!(!Key::About.allows(Some(&Bytes::from_static(b"what?")), anybody));
    }
}
