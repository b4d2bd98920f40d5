//! What it costs to put an answer into an older layer, beside reading it into Rust values, and what the tables take:
//! `cargo run --release -p heliogram-tl --example layer_costs`. The figures of BENCHMARKS.md.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use heliogram_tl::reflect::{self, Type};
use heliogram_tl::{Decode, Encode, api};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let before = resident()?;
    for layer in reflect::known_layers() {
        let config = Bytes::from(api::help::GetConfig {}.to_bytes()?);
        reflect::to_layer(layer, Type::Object, config.clone())?;
        reflect::from_layer(layer, &config)?;
    }
    let began = Instant::now();
    println!("all tables: {} KiB", resident()? - before);

    let messages = Bytes::from(history()?.to_bytes()?);
    let decode = best(|| {
        drop(black_box(api::messages::TypeMessages::from_bytes(
            &messages,
        )))
    });
    println!("100 messages, {} bytes", messages.len());
    println!("  into Rust values  {decode:?}");
    for layer in [155, 158, 181, 198, 214, 229] {
        let older = reflect::to_layer(layer, Type::Object, messages.clone())?;
        reflect::check_in_layer(layer, Type::Object, &older)?;
        let carry = best(|| {
            drop(black_box(reflect::to_layer(
                layer,
                Type::Object,
                messages.clone(),
            )))
        });
        println!("  into layer {layer}    {carry:?}");
    }

    let code = Bytes::from(sent_code().to_bytes()?);
    let decode = best(|| drop(black_box(api::auth::TypeSentCode::from_bytes(&code))));
    let carry = best(|| {
        drop(black_box(reflect::to_layer(
            198,
            Type::Object,
            code.clone(),
        )))
    });
    println!("auth.sentCode, {} bytes", code.len());
    println!("  into Rust values  {decode:?}\n  into layer 198    {carry:?}");
    println!("measured for {:.1} s", began.elapsed().as_secs_f32());
    Ok(())
}

/// An answer to messages.getHistory: half of the messages with entities, every fifth with a photo or a keyboard.
fn history() -> Result<api::messages::TypeMessages, Box<dyn std::error::Error>> {
    let plain = reflect::by_name("message").ok_or("no message")?;
    let plain = reflect::random_object(plain, &mut || 0).to_bytes()?;
    let plain = api::Message::from_bytes(&Bytes::from(plain))?;
    let message = |id: i32| {
        let text = format!("message {id}, which says as much as people say in one message");
        let entity = |offset, length| api::MessageEntityBold { offset, length }.into();
        let person = api::PeerUser {
            user_id: i64::from(1000 + id % 20).into(),
        };
        api::Message {
            id,
            out: id % 3 == 0,
            from_id: Some(person.into()),
            peer_id: api::PeerUser { user_id: 7.into() }.into(),
            date: 1_790_000_000 + id,
            message: text,
            entities: (id % 2 == 0).then(|| vec![entity(0, 7), entity(8, 2)]),
            media: (id % 5 == 0).then(|| Box::new(photo(id))),
            reply_markup: (id % 5 == 1).then(keyboard),
            ..plain.clone()
        }
        .into()
    };
    let user = |id: i64| {
        api::User {
            id: id.into(),
            access_hash: Some((id * 77).into()),
            first_name: Some(format!("Person {id}")),
            username: Some(format!("person{id}")),
            phone: Some(format!("9996620{id}")),
            ..Default::default()
        }
        .into()
    };
    Ok(api::messages::Messages {
        messages: (1..=100).map(message).collect(),
        topics: Vec::new(),
        chats: Vec::new(),
        users: (1000..1020).map(user).collect(),
    }
    .into())
}

fn photo(id: i32) -> api::TypeMessageMedia {
    let size = |kind: &str, w, h| {
        api::PhotoSize {
            type_: kind.into(),
            w,
            h,
            size: w * h / 8,
        }
        .into()
    };
    let photo = api::Photo {
        id: i64::from(id),
        access_hash: 5.into(),
        file_reference: vec![1; 24].into(),
        date: 1_790_000_000,
        sizes: vec![size("m", 320, 240), size("x", 800, 600)],
        dc_id: 2,
        ..Default::default()
    };
    api::MessageMediaPhoto {
        photo: Some(photo.into()),
        ..Default::default()
    }
    .into()
}

fn keyboard() -> api::TypeReplyMarkup {
    let button = |text: &str| api::KeyboardInlineButton {
        style: None,
        text: text.into(),
        type_: api::InlineButtonTypeUrl {
            url: "https://a.example".into(),
        }
        .into(),
    };
    api::ReplyInlineMarkup {
        force_reply: false,
        rows: vec![api::KeyboardInlineButtonRow {
            buttons: vec![button("one"), button("two")],
        }],
    }
    .into()
}

fn sent_code() -> api::auth::TypeSentCode {
    api::auth::SentCode {
        type_: api::auth::SentCodeTypeSms { length: 5 }.into(),
        phone_code_hash: "7deac9022b73a3a888".into(),
        next_type: None,
        timeout: Some(60),
    }
    .into()
}

/// The time of one, in the quickest of several batches: other work on the machine only adds.
fn best(mut work: impl FnMut()) -> Duration {
    let mut times = 1u32;
    loop {
        let began = Instant::now();
        (0..times).for_each(|_| work());
        if began.elapsed() > Duration::from_millis(10) {
            break;
        }
        times *= 2;
    }
    let batch = |_| {
        let began = Instant::now();
        (0..times).for_each(|_| work());
        began.elapsed() / times
    };
    (0..30).map(batch).min().unwrap_or_default()
}

/// VmRSS in KiB.
fn resident() -> Result<u64, Box<dyn std::error::Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let line = line.ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
}
