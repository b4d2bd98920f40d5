//! A bot sends buttons, and a person presses them.

use std::time::Duration;

use heliogram::{
    Button, Buttons, CallbackAnswer, Clicked, Message, MessageError, OutgoingMessage,
    TelegramClient, Update,
    events::{CallbackQuery, CallbackQueryEvent},
};
use heliogram_server::TestServer;
use tokio::time::timeout;

use crate::two::{texts, user};

/// A person, a bot that has written to them, and what the person has of it.
struct Pair {
    _server: TestServer,
    anns: TelegramClient,
    bots: TelegramClient,
    /// The bot, as the person means it.
    bot: heliogram::PeerId,
    message: Message,
}

async fn after(buttons: impl Into<Buttons>) -> Pair {
    let server = TestServer::start().await;
    let ann = server.user("Ann").await;
    let bot = server.bot("Robot").username("robot_bot").await;
    let anns = server.client_for(&ann).await;
    let bots = server.client_for(&bot).await;
    anns.send_message("@robot_bot", "/start").await.unwrap();
    let message = OutgoingMessage::new("Tea or coffee?").buttons(buttons);
    // The bot has met nobody in this run, and may address who has written to it all the same.
    bots.send_message(ann.id, message).await.unwrap();
    let message = anns
        .iter_messages("@robot_bot")
        .limit(1)
        .next()
        .await
        .unwrap()
        .unwrap();
    Pair {
        _server: server,
        anns,
        bots,
        bot: user(bot.id),
        message,
    }
}

#[tokio::test]
async fn a_pressed_button_reaches_the_bot_and_its_answer_the_person() {
    let rows = [[Button::inline("Tea", "t"), Button::inline("Coffee", "c")]];
    let pair = after(rows).await;
    assert_eq!(pair.message.text(), "Tea or coffee?");
    let labels: Vec<_> = pair
        .message
        .buttons()
        .concat()
        .iter()
        .map(|b| b.label().to_owned())
        .collect();
    assert_eq!(labels, ["Tea", "Coffee"]);
    pair.bots.add_event_handler(
        async |query: CallbackQueryEvent| {
            let data = query.data.clone().unwrap();
            query
                .answer(Some(&format!("{} it is", String::from_utf8_lossy(&data))))
                .await
        },
        CallbackQuery::new(),
    );
    for (clicked, expected) in [
        (pair.message.click(0, 1).await, "c it is"),
        (pair.message.click_text("Tea").await, "t it is"),
    ] {
        let Clicked::Answer(answer) = clicked.unwrap() else {
            panic!("an answer");
        };
        assert_eq!(answer.message.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn a_bot_answers_in_a_window_and_changes_the_message() {
    let pair = after([[Button::inline("Tea", "t")]]).await;
    pair.bots.add_event_handler(
        async |query: CallbackQueryEvent| {
            let pressed = query.get_message().await?.expect("it is there");
            assert_eq!(pressed.text(), "Tea or coffee?");
            query.edit("Tea it is.").await?;
            query.respond("At once!").await?;
            let answer = CallbackAnswer {
                text: Some("Heard".into()),
                alert: true,
                ..CallbackAnswer::default()
            };
            query.answer_with(answer).await?;
            Ok::<_, MessageError>(())
        },
        CallbackQuery::new(),
    );
    let Clicked::Answer(answer) = pair.message.click(0, 0).await.unwrap() else {
        panic!("an answer");
    };
    assert_eq!(
        (answer.message.as_deref(), answer.alert),
        (Some("Heard"), true)
    );
    let chat = pair
        .anns
        .iter_messages(pair.bot)
        .limit(2)
        .collect()
        .await
        .unwrap();
    assert_eq!(texts(&chat), ["At once!", "Tea it is."]);
    assert!(
        chat[1].buttons().is_empty(),
        "an edit says what buttons there are"
    );
}

#[tokio::test]
async fn a_link_is_given_back_and_what_is_not_there_is_named() {
    let pair = after([[Button::url("Docs", "https://example.org/")]]).await;
    let Clicked::Url(url) = pair.message.click(0, 0).await.unwrap() else {
        panic!("a link");
    };
    assert_eq!(url, "https://example.org/");
    let error = pair.message.click_text("Milk").await.unwrap_err();
    assert!(matches!(error, MessageError::NoButton { .. }));
    let id = pair.message.id();
    assert_eq!(
        error.to_string(),
        format!("the message {id} has no button \"Milk\"; its buttons are \"Docs\"")
    );
    assert!(pair.message.click(1, 0).await.is_err());
}

#[tokio::test]
async fn a_button_of_a_keyboard_sends_its_text() {
    let keyboard = Buttons::new([
        vec![Button::text("Tea")],
        vec![Button::request_phone("Call me")],
    ]);
    let pair = after(keyboard.resize(true)).await;
    let mut updates = pair.bots.updates();
    let Clicked::Sent(sent) = pair.message.click_text("Tea").await.unwrap() else {
        panic!("a message");
    };
    assert_eq!(sent.peer_id(), pair.bot);
    let heard = timeout(Duration::from_secs(5), async {
        loop {
            if let Some(Update::NewMessage(message)) = updates.next().await
                && message.text() == "Tea"
            {
                return message;
            }
        }
    });
    let answered = heard.await.unwrap().reply("At once").await.unwrap();
    assert_eq!(answered.text(), "At once");
    let chat = pair
        .anns
        .iter_messages(pair.bot)
        .limit(2)
        .collect()
        .await
        .unwrap();
    assert_eq!(texts(&chat), ["At once", "Tea"]);
    let error = pair.message.click_text("Call me").await.unwrap_err();
    assert!(
        matches!(error, MessageError::NotPressable { .. }),
        "{error}"
    );
}
