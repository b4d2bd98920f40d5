//! Bots: started, written to, their buttons pressed and answered.

use std::time::Duration;

use bytes::Bytes;
use heliogram_server::{Core, Push, PushKind};
use heliogram_tl::api::messages::{self, TypeMessages};
use heliogram_tl::api::{self, TypeInputPeer, TypeInputUser, TypeMessage, TypeUpdate, TypeUpdates};
use heliogram_tl::{Decode, api::bots, api::users};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::two_people::*;
use crate::world::*;

const PHONE: &str = "9996621601";

struct Pair {
    ada: Client,
    robot: Client,
    /// How Ada means the bot.
    bot: api::InputPeerUser,
    /// How the bot means Ada.
    person: TypeInputPeer,
}

async fn pair(core: &Core) -> Pair {
    add_user(core, PHONE, None).await;
    let ada = minted(core, PHONE).await;
    let robot = bot(core).await;
    let peer = |user: api::User| api::InputPeerUser {
        user_id: user.id,
        access_hash: user.access_hash.unwrap(),
    };
    let person = TypeInputPeer::InputPeerUser(peer(ada.me().await.unwrap()));
    let bot = peer(robot.me().await.unwrap());
    Pair {
        ada,
        robot,
        bot,
        person,
    }
}

impl Pair {
    async fn start(&self, param: &str) -> Result<TypeUpdates, heliogram_tl::RpcError> {
        let bot = TypeInputUser::InputUser(api::InputUser {
            user_id: self.bot.user_id,
            access_hash: self.bot.access_hash,
        });
        let call = messages::StartBot {
            bot,
            peer: TypeInputPeer::InputPeerUser(self.bot.clone()),
            random_id: 5,
            start_param: param.into(),
        };
        self.ada.invoke(&call).await
    }

    /// The bot sends a button; gives the id that Ada has it under.
    async fn send_button(&self, data: &'static [u8]) -> Result<i32, heliogram_tl::RpcError> {
        let button = api::KeyboardInlineButton {
            style: None,
            text: "Press".into(),
            type_: api::TypeInlineButtonType::InlineButtonTypeCallback(Box::new(
                api::InlineButtonTypeCallback {
                    requires_password: false,
                    data: Bytes::from_static(data),
                },
            )),
        };
        let keyboard = api::ReplyInlineMarkup {
            force_reply: false,
            rows: vec![api::KeyboardInlineButtonRow {
                buttons: vec![button],
            }],
        };
        let mut call = note(&self.person, "Choose");
        call.reply_markup = Some(api::TypeReplyMarkup::ReplyInlineMarkup(Box::new(keyboard)));
        self.robot.invoke(&call).await?;
        let call = history(&TypeInputPeer::InputPeerUser(self.bot.clone()));
        let TypeMessages::Messages(history) = self.ada.invoke(&call).await.unwrap() else {
            panic!("expected messages.messages");
        };
        let Some(TypeMessage::Message(newest)) = history.messages.into_iter().next() else {
            panic!("expected a message");
        };
        assert!(newest.reply_markup.is_some());
        Ok(newest.id)
    }

    fn press(&self, msg_id: i32, data: &'static [u8]) -> messages::GetBotCallbackAnswer {
        messages::GetBotCallbackAnswer {
            game: false,
            peer: TypeInputPeer::InputPeerUser(self.bot.clone()),
            msg_id,
            data: Some(Bytes::from_static(data)),
            password: None,
        }
    }
}

fn queries(pushes: &mut UnboundedReceiver<Push>) -> Vec<api::UpdateBotCallbackQuery> {
    let mut found = Vec::new();
    while let Ok(push) = pushes.try_recv() {
        let PushKind::Updates(bytes) = push.kind else {
            continue;
        };
        if let TypeUpdates::Updates(updates) = TypeUpdates::from_bytes(&bytes).unwrap() {
            found.extend(
                updates
                    .updates
                    .into_iter()
                    .filter_map(|update| match update {
                        TypeUpdate::UpdateBotCallbackQuery(query) => Some(*query),
                        _ => None,
                    }),
            );
        }
    }
    found
}

fn answer(query_id: i64, text: &str) -> messages::SetBotCallbackAnswer {
    messages::SetBotCallbackAnswer {
        alert: true,
        query_id,
        message: Some(text.into()),
        url: None,
        cache_time: 0,
    }
}

#[tokio::test]
async fn a_bot_is_started_with_a_parameter_once() {
    let core = in_memory();
    let pair = pair(&core).await;
    pair.start("ref_7").await.unwrap();
    pair.start("again").await.unwrap();
    let call = history(&TypeInputPeer::InputPeerUser(pair.bot.clone()));
    let TypeMessages::Messages(found) = pair.ada.invoke(&call).await.unwrap() else {
        panic!("expected messages.messages");
    };
    let [TypeMessage::Message(only)] = &found.messages[..] else {
        panic!("{:?}", found.messages);
    };
    assert_eq!((&only.message[..], only.out), ("/start ref_7", true));
    let errors = [("a b", "400 START_PARAM_INVALID")];
    for (param, expected) in errors {
        let error = pair.start(param).await.unwrap_err();
        assert_eq!(format!("{} {}", error.code, error.name), expected);
    }
    let long = "a".repeat(65);
    assert_eq!(
        pair.start(&long).await.unwrap_err().name,
        "START_PARAM_TOO_LONG"
    );
}

#[tokio::test]
async fn who_presses_a_button_gets_the_answer_of_the_bot() {
    let core = in_memory();
    let pair = pair(&core).await;
    pair.start("").await.unwrap();
    let id = pair.send_button(b"yes").await.unwrap();
    let mut pushes = core.subscribe();
    let press = pair.press(id, b"yes");
    let bot = async {
        let query = loop {
            if let Some(query) = queries(&mut pushes).pop() {
                break query;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        };
        assert_eq!(query.data.as_deref(), Some(&b"yes"[..]));
        let answered = pair.robot.invoke(&answer(query.query_id, "Thanks")).await;
        assert!(answered.unwrap());
        let again = pair.robot.error(&answer(query.query_id, "Twice")).await;
        assert_eq!(again, "400 QUERY_ID_INVALID");
        let stranger = pair.robot.error(&answer(1, "Nothing")).await;
        assert_eq!(stranger, "400 QUERY_ID_INVALID");
    };
    let (answered, ()) = tokio::join!(pair.ada.invoke(&press), bot);
    let answered = answered.unwrap();
    assert_eq!(
        (answered.message.as_deref(), answered.alert),
        (Some("Thanks"), true)
    );
    assert!(queries(&mut pushes).is_empty(), "pressed once");
}

#[tokio::test]
async fn a_repeated_press_is_the_same_query() {
    let core = in_memory();
    let pair = pair(&core).await;
    pair.start("").await.unwrap();
    let id = pair.send_button(b"yes").await.unwrap();
    let mut pushes = core.subscribe();
    let press = heliogram_tl::Encode::to_bytes(&pair.press(id, b"yes")).unwrap();
    let bot = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let asked = queries(&mut pushes);
        assert_eq!(asked.len(), 1, "both wait for one answer");
        let call = answer(asked[0].query_id, "Once");
        pair.robot.invoke(&call).await.unwrap();
    };
    let first = pair.ada.send_as(1 << 40, press.clone());
    let second = pair.ada.send_as(1 << 40, press.clone());
    let (first, second, ()) = tokio::join!(first, second, bot);
    assert_eq!(first.body.unwrap(), second.body.unwrap());
    // The answer is kept with the call.
    let third = pair.ada.send_as(1 << 40, press).await;
    assert!(third.body.is_ok());
}

#[tokio::test]
async fn the_errors_of_pressing() {
    let core = in_memory();
    let pair = pair(&core).await;
    pair.start("").await.unwrap();
    let id = pair.send_button(b"yes").await.unwrap();
    let error = pair.ada.error(&pair.press(id, b"no")).await;
    assert_eq!(error, "400 DATA_INVALID");
    let error = pair.ada.error(&pair.press(id + 1, b"yes")).await;
    assert_eq!(error, "400 MESSAGE_ID_INVALID");
    let error = pair.send_button(&[7; 65]).await.unwrap_err();
    assert_eq!(error.name, "BUTTON_DATA_INVALID");
}

#[tokio::test]
async fn what_a_bot_says_of_itself_is_in_its_profile() {
    let core = in_memory();
    let pair = pair(&core).await;
    let command = |name: &str, description: &str| api::BotCommand {
        ephemeral: false,
        command: name.into(),
        description: description.into(),
    };
    let set = |command: api::BotCommand| bots::SetBotCommands {
        scope: api::TypeBotCommandScope::BotCommandScopeDefault,
        lang_code: String::new(),
        commands: vec![command],
    };
    let invalid = pair.robot.error(&set(command("Help!", "x"))).await;
    assert_eq!(invalid, "400 BOT_COMMAND_INVALID");
    let invalid = pair.robot.error(&set(command("help", ""))).await;
    assert_eq!(invalid, "400 BOT_COMMAND_DESCRIPTION_INVALID");
    assert!(
        pair.robot
            .invoke(&set(command("help", "What I can do")))
            .await
            .unwrap()
    );
    let info = bots::SetBotInfo {
        bot: None,
        lang_code: String::new(),
        name: Some("Robbie".into()),
        about: Some("A robot".into()),
        description: Some("Does things".into()),
    };
    assert!(pair.robot.invoke(&info).await.unwrap());
    let id = TypeInputUser::InputUser(api::InputUser {
        user_id: pair.bot.user_id,
        access_hash: pair.bot.access_hash,
    });
    let full = pair.ada.invoke(&users::GetFullUser { id }).await.unwrap();
    let info = full.full_user.bot_info.unwrap();
    assert_eq!(full.full_user.about.as_deref(), Some("A robot"));
    assert_eq!(info.description.as_deref(), Some("Does things"));
    assert_eq!(info.commands.unwrap()[0].command, "help");
    let [api::TypeUser::User(user)] = &full.users[..] else {
        panic!("{:?}", full.users);
    };
    assert_eq!(user.first_name.as_deref(), Some("Robbie"));
    assert_eq!(user.bot_info_version, Some(3));
    let refused = pair.ada.error(&set(command("help", "x"))).await;
    assert_eq!(refused, "400 USER_BOT_REQUIRED");
}
