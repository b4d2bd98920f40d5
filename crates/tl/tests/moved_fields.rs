//! What means the same in two layers and is made otherwise: keyboards, replies, answers.

use bytes::Bytes;
use heliogram_tl::reflect::{self, LayerError, Type, by_name};
use heliogram_tl::{Decode, Encode, api};

/// Bytes of an older layer, written by hand.
#[derive(Clone, Default)]
struct Old(Vec<u8>);

impl Old {
    fn of(id: u32) -> Self {
        Self::default().int(id)
    }

    fn int(mut self, word: u32) -> Self {
        self.0.extend_from_slice(&word.to_le_bytes());
        self
    }

    fn long(mut self, number: i64) -> Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn text(mut self, text: &str) -> Self {
        self.0.push(u8::try_from(text.len()).unwrap());
        self.0.extend_from_slice(text.as_bytes());
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    fn vector(self, elements: &[Self]) -> Self {
        let count = u32::try_from(elements.len()).unwrap();
        let mut whole = self.int(0x1cb5_c415).int(count);
        for element in elements {
            whole.0.extend_from_slice(&element.0);
        }
        whole
    }

    fn bytes(self) -> Bytes {
        Bytes::from(self.0)
    }
}

const ROW: u32 = 0x7760_8b83;

fn inline(kind: api::TypeInlineButtonType, text: &str) -> api::KeyboardInlineButton {
    api::KeyboardInlineButton {
        style: None,
        text: text.into(),
        type_: kind,
    }
}

fn inline_markup(buttons: Vec<api::KeyboardInlineButton>) -> Bytes {
    let markup: api::TypeReplyMarkup = api::ReplyInlineMarkup {
        force_reply: false,
        rows: vec![api::KeyboardInlineButtonRow { buttons }],
    }
    .into();
    Bytes::from(markup.to_bytes().unwrap())
}

fn older_inline_markup(buttons: &[Old]) -> Bytes {
    Old::of(0x48a3_0254)
        .vector(&[Old::of(ROW).vector(buttons)])
        .bytes()
}

fn down(layer: i32, bytes: &Bytes) -> Bytes {
    let older = reflect::to_layer(layer, Type::Object, bytes.clone()).unwrap();
    reflect::check_in_layer(layer, Type::Object, &older).unwrap();
    older
}

#[test]
fn an_inline_keyboard_is_the_same_in_layer_198_and_comes_back() {
    let newest = inline_markup(vec![
        inline(
            api::InlineButtonTypeUrl {
                url: "https://a.example".into(),
            }
            .into(),
            "open",
        ),
        inline(
            api::InlineButtonTypeCallback {
                requires_password: true,
                data: "d1".into(),
            }
            .into(),
            "press",
        ),
        inline(
            api::InlineButtonTypeSwitchInline {
                same_peer: true,
                query: "q".into(),
                peer_types: None,
            }
            .into(),
            "share",
        ),
        inline(
            api::InlineButtonTypeUrlAuth {
                fwd_text: None,
                url: "https://b.example".into(),
                button_id: 7,
            }
            .into(),
            "log in",
        ),
        inline(
            api::InlineButtonTypeUserProfile { user_id: 42.into() }.into(),
            "who",
        ),
        inline(
            api::InlineButtonTypeCopy {
                copy_text: "c".into(),
            }
            .into(),
            "copy",
        ),
        inline(api::TypeInlineButtonType::InlineButtonTypeBuy, "buy"),
    ]);
    let older = older_inline_markup(&[
        Old::of(0x258a_ff05).text("open").text("https://a.example"),
        Old::of(0x35bb_db6b).int(1).text("press").text("d1"),
        Old::of(0x93b9_fbb5).int(1).text("share").text("q"),
        Old::of(0x10b7_8d29)
            .int(0)
            .text("log in")
            .text("https://b.example")
            .int(7),
        Old::of(0x3086_60c1).text("who").long(42),
        Old::of(0x75d2_698e).text("copy").text("c"),
        Old::of(0xafd9_3fbb).text("buy"),
    ]);
    assert_eq!(down(198, &newest), older);
    assert_eq!(reflect::from_layer(198, &older).unwrap(), newest);
}

#[test]
fn a_reply_keyboard_is_the_same_in_layer_158_and_comes_back() {
    let button = |type_: api::TypeButtonType, text: &str| api::KeyboardButton {
        style: None,
        text: text.into(),
        type_,
    };
    let markup: api::TypeReplyMarkup = api::ReplyKeyboardMarkup {
        resize: true,
        rows: vec![api::KeyboardButtonRow {
            buttons: vec![
                button(api::TypeButtonType::ButtonTypeDefault, "hello"),
                button(api::TypeButtonType::ButtonTypeRequestPhone, "phone"),
                button(
                    api::ButtonTypeRequestPoll { quiz: Some(true) }.into(),
                    "poll",
                ),
                button(
                    api::ButtonTypeSimpleWebView {
                        url: "https://a.example".into(),
                    }
                    .into(),
                    "app",
                ),
            ],
        }],
        ..Default::default()
    }
    .into();
    let newest = Bytes::from(markup.to_bytes().unwrap());
    let older = Old::of(0x85dd_99d1)
        .int(1)
        .vector(&[Old::of(ROW).vector(&[
            Old::of(0xa2fa_4880).text("hello"),
            Old::of(0xb16a_6c29).text("phone"),
            Old::of(0xbbc7_515d).int(1).int(0x9972_75b5).text("poll"),
            Old::of(0xa0c0_505c).text("app").text("https://a.example"),
        ])])
        .bytes();
    assert_eq!(down(158, &newest), older);
    assert_eq!(reflect::from_layer(158, &older).unwrap(), newest);
}

#[test]
fn a_button_keeps_its_looks_in_layers_that_have_them() {
    let mut button = inline(api::InlineButtonTypeUrl { url: "u".into() }.into(), "open");
    button.style = Some(Box::new(api::KeyboardButtonStyle {
        bg_danger: true,
        ..Default::default()
    }));
    let newest = inline_markup(vec![button]);
    let older = older_inline_markup(&[Old::of(0xd80c_25ec)
        .int(1 << 10)
        .int(0x4fdd_3430)
        .int(2)
        .text("open")
        .text("u")]);
    assert_eq!(down(228, &newest), older);
    assert_eq!(reflect::from_layer(228, &older).unwrap(), newest);
    assert_eq!(down(229, &newest), newest);
    // Layer 198 has no looks, the button stays.
    let plain = older_inline_markup(&[Old::of(0x258a_ff05).text("open").text("u")]);
    assert_eq!(down(198, &newest), plain);
}

#[test]
fn a_button_that_a_layer_does_not_have_keeps_its_text() {
    let disabled = api::TypeInlineButtonType::InlineButtonTypeDisabled;
    let newest = inline_markup(vec![inline(disabled, "off")]);
    for layer in reflect::known_layers().filter(|layer| *layer < 229) {
        down(layer, &newest);
    }
    let older = older_inline_markup(&[Old::of(0x35bb_db6b).int(0).text("off").text("")]);
    assert_eq!(down(158, &newest), older);
}

#[test]
fn a_button_of_the_other_kind_of_keyboard_is_refused_by_name() {
    let older = older_inline_markup(&[Old::of(0xa2fa_4880).text("hello")]);
    assert_eq!(
        reflect::from_layer(198, &older),
        Err(LayerError::Misplaced {
            layer: 230,
            name: "keyboardButton"
        })
    );
    let older = Old::of(0x85dd_99d1)
        .int(0)
        .vector(&[Old::of(ROW).vector(&[Old::of(0x258a_ff05).text("open").text("u")])])
        .bytes();
    assert_eq!(
        reflect::from_layer(198, &older),
        Err(LayerError::Misplaced {
            layer: 230,
            name: "keyboardButtonUrl"
        })
    );
}

#[test]
fn a_message_of_a_bot_in_layer_158_answers_another_and_has_its_keyboard() {
    let keyboard = older_inline_markup(&[Old::of(0x35bb_db6b).int(0).text("press").text("d1")]);
    let mut older = Old::of(0x1cc2_0387)
        .int(1 | 1 << 2)
        .int(0x7da0_7ec9) // inputPeerSelf
        .int(5)
        .text("hi")
        .long(99);
    older.0.extend_from_slice(&keyboard);
    let newest = reflect::from_layer(158, &older.bytes()).unwrap();
    let sent = api::messages::SendMessage::from_bytes(&newest).unwrap();
    let reply_to: api::TypeInputReplyTo = api::InputReplyToMessage {
        reply_to_msg_id: 5,
        ..Default::default()
    }
    .into();
    assert_eq!(sent.reply_to, Some(Box::new(reply_to)));
    assert_eq!((sent.message.as_str(), sent.random_id), ("hi", 99));
    let markup = sent.reply_markup.unwrap().to_bytes().unwrap();
    let callback = api::InlineButtonTypeCallback {
        requires_password: false,
        data: "d1".into(),
    };
    assert_eq!(
        markup,
        inline_markup(vec![inline(callback.into(), "press")])
    );
}

#[test]
fn a_message_of_layer_158_that_answers_none_stays_so() {
    let older = Old::of(0x1cc2_0387)
        .int(0)
        .int(0x7da0_7ec9)
        .text("hi")
        .long(99);
    let newest = reflect::from_layer(158, &older.bytes()).unwrap();
    let sent = api::messages::SendMessage::from_bytes(&newest).unwrap();
    assert_eq!(sent.reply_to, None);
}

#[test]
fn requests_arrive_whose_fields_are_otherwise_now() {
    let theme = |emoticon: &str| {
        let older = Old::of(0xe63b_e13f).int(0x7da0_7ec9).text(emoticon);
        let newest = reflect::from_layer(198, &older.bytes()).unwrap();
        api::messages::SetChatTheme::from_bytes(&newest)
            .unwrap()
            .theme
    };
    assert_eq!(theme(""), api::TypeInputChatTheme::InputChatThemeEmpty);
    let rose: api::TypeInputChatTheme = api::InputChatTheme {
        emoticon: "rose".into(),
    }
    .into();
    assert_eq!(theme("rose"), rose);

    let private = |word: u32| {
        let older = Old::of(0x849a_d397).int(0x7da0_7ec9).int(3).int(word);
        let newest = reflect::from_layer(198, &older.bytes()).unwrap();
        api::messages::TogglePaidReactionPrivacy::from_bytes(&newest)
            .unwrap()
            .private
    };
    use api::TypePaidReactionPrivacy as Privacy;
    assert_eq!(private(0x9972_75b5), Privacy::PaidReactionPrivacyAnonymous);
    assert_eq!(private(0xbc79_9737), Privacy::PaidReactionPrivacyDefault);

    let gift = Old::of(0x3bae_a4e1).int(0x6927_9795).int(3).long(500);
    let newest = reflect::from_layer(204, &gift.bytes()).unwrap();
    let price = api::payments::UpdateStarGiftPrice::from_bytes(&newest).unwrap();
    let amount: api::TypeStarsAmount = api::StarsAmount {
        amount: 500,
        nanos: 0,
    }
    .into();
    assert_eq!(price.resell_amount, amount);

    let older = Old::of(0xc97d_f020).int(0x7da0_7ec9).int(11).long(1);
    let newest = reflect::from_layer(158, &older.bytes()).unwrap();
    let shot = api::messages::SendScreenshotNotification::from_bytes(&newest).unwrap();
    let reply_to: api::TypeInputReplyTo = api::InputReplyToMessage {
        reply_to_msg_id: 11,
        ..Default::default()
    }
    .into();
    assert_eq!(shot.reply_to, reply_to);
}

#[test]
fn texts_that_have_entities_now_arrive_as_texts() {
    let filter: api::TypeDialogFilter = api::DialogFilter {
        id: 2,
        title: api::TextWithEntities {
            text: "work".into(),
            entities: Vec::new(),
        },
        ..Default::default()
    }
    .into();
    let newest = Bytes::from(filter.to_bytes().unwrap());
    let older = Old::of(0x5fb5_523b)
        .int(0)
        .int(2)
        .text("work")
        .vector(&[])
        .vector(&[])
        .vector(&[])
        .bytes();
    assert_eq!(down(181, &newest), older);
    assert_eq!(reflect::from_layer(181, &older).unwrap(), newest);
}

#[test]
fn an_answer_that_is_a_part_of_todays_answer_is_that_part() {
    let filters = api::messages::DialogFilters {
        tags_enabled: true,
        filters: vec![api::TypeDialogFilter::DialogFilterDefault],
    };
    let bytes = Bytes::from(filters.to_bytes().unwrap());
    let method = by_name("messages.getDialogFilters").unwrap();
    let older = reflect::answer_to_layer(158, method, bytes.clone()).unwrap();
    let expected = Old::default().vector(&[Old::of(0x363293ae)]).bytes();
    assert_eq!(older, expected);
    assert_eq!(
        reflect::answer_to_layer(198, method, bytes.clone()).unwrap(),
        bytes
    );

    let created = api::messages::InvitedUsers {
        updates: api::TypeUpdates::UpdatesTooLong,
        missing_invitees: Vec::new(),
    };
    let bytes = Bytes::from(created.to_bytes().unwrap());
    let method = by_name("messages.createChat").unwrap();
    let older = reflect::answer_to_layer(158, method, bytes).unwrap();
    assert_eq!(older, Old::of(0xe317_af7e).bytes());
}
