//! Photos, documents and other media in messages; `core.telegram.org/api/files`.

use heliogram_tl::api::messages::{
    GetDocumentByHash, GetDocumentByHashError, SendMedia, SendMediaError, SendMultiMedia,
    SendMultiMediaError, UploadMedia, UploadMediaError,
};
use heliogram_tl::api::{
    DocumentEmpty, TypeDocument, TypeInputFile, TypeInputMedia, TypeMessageMedia, TypeUpdates,
};
use heliogram_tl::{Decode, MethodError};

use super::messages_drafts;
use super::messages_send::{already_sent, answer, keyboard_of_bot, refuse_unbuilt};
use crate::chats::{self, NewMessage, entities, peer, shown};
use crate::cx::{Cx, Raise};
use crate::files::ContentHash;
use crate::media::{self, MediaFault, Uploads};
use crate::password::Prepared;
use crate::store::messages::Traits;

/// The longest caption, in characters: `caption_length_limit_default` of the config.
const LONGEST: usize = 1024;
/// How many messages an album has at most.
const ALBUM: usize = 10;

/// `messages.uploadMedia flags:# business_connection_id:flags.0?string peer:InputPeer media:InputMedia = MessageMedia`
pub(super) fn upload_media(
    cx: &mut Cx<'_>,
    call: UploadMedia,
) -> Result<TypeMessageMedia, Raise<UploadMediaError>> {
    peer::chat(cx, &call.peer)?;
    let mut uploads = uploads(cx);
    let mut media = media::make(&cx.scope, cx.caller.dc_id, call.media, &mut uploads)?;
    media::show(cx.tx, cx.settings, cx.now, &mut media)?;
    Ok(media)
}

/// `messages.sendMedia flags:# silent:flags.5?true ... peer:InputPeer reply_to:flags.0?InputReplyTo media:InputMedia
/// message:string random_id:long ... = Updates`
pub(super) fn send_media(
    cx: &mut Cx<'_>,
    call: SendMedia,
) -> Result<TypeUpdates, Raise<SendMediaError>> {
    let sender = cx.caller.user()?;
    if call.random_id == 0 {
        return Err(Raise::named(400, "RANDOM_ID_EMPTY"));
    }
    if let Some(sent) = already_sent(cx, sender, call.random_id)? {
        return Ok(shown::sent(cx, sender, &[(&sent, call.random_id)])?);
    }
    let recipient = peer::writable(cx, &call.peer)?;
    refuse_unbuilt(cx, call.schedule_date, call.send_as.as_deref())?;
    let text = caption(cx, call.message, call.entities)?;
    let answer = answer(cx, sender, recipient, call.reply_to.as_deref())?;
    let reply_markup = keyboard_of_bot(cx, call.reply_markup)?;
    let mut uploads = uploads(cx);
    let media = media::make(&cx.scope, cx.caller.dc_id, call.media, &mut uploads)?;
    let new = NewMessage {
        random_id: Some(call.random_id),
        reply_markup,
        reply_to: answer.reply_to,
        reply_header: answer.header,
        traits: Traits {
            silent: call.silent,
            noforwards: call.noforwards,
            invert_media: call.invert_media,
            media_unread: recipient != sender && is_listened_to(&media),
            ..Traits::default()
        },
        entities: text.1,
        media: Some(media),
        ..NewMessage::text(sender, recipient, text.0)
    };
    let calling = cx.caller.session();
    let posted = chats::post(cx, &new, Some(calling))?;
    if call.clear_draft {
        messages_drafts::clear(cx, sender, recipient)?;
    }
    let sent = posted.expect("an account has what it sends");
    Ok(shown::sent(cx, sender, &[(&sent, call.random_id)])?)
}

/// `messages.sendMultiMedia flags:# silent:flags.5?true ... peer:InputPeer reply_to:flags.0?InputReplyTo
/// multi_media:Vector<InputSingleMedia> ... = Updates`: an album, of photos and documents that were uploaded before
/// (`messages.uploadMedia`) or are now.
pub(super) fn send_multi_media(
    cx: &mut Cx<'_>,
    call: SendMultiMedia,
) -> Result<TypeUpdates, Raise<SendMultiMediaError>> {
    let sender = cx.caller.user()?;
    let random_ids: Vec<_> = call.multi_media.iter().map(|one| one.random_id).collect();
    if random_ids.is_empty() {
        return Err(Raise::Method(SendMultiMediaError::MediaEmpty));
    }
    if random_ids.len() > ALBUM {
        return Err(Raise::Method(SendMultiMediaError::MultiMediaTooLong));
    }
    if random_ids.contains(&0) {
        return Err(Raise::Method(SendMultiMediaError::RandomIdEmpty));
    }
    if let Some(sent) = album_already_sent(cx, sender, &random_ids)? {
        return Ok(sent);
    }
    let recipient = peer::writable(cx, &call.peer)?;
    refuse_unbuilt(cx, call.schedule_date, call.send_as.as_deref())?;
    let answer = answer(cx, sender, recipient, call.reply_to.as_deref())?;
    let mut uploads = uploads(cx);
    let grouped_id = (random_ids.len() > 1).then(|| cx.random.id());
    let mut album = Vec::with_capacity(random_ids.len());
    for (index, one) in call.multi_media.into_iter().enumerate() {
        let (text, entities) = caption(cx, one.message, one.entities)?;
        if !is_for_albums(&one.media) {
            return Err(Raise::Method(SendMultiMediaError::MediaInvalid));
        }
        let media = media::make(&cx.scope, cx.caller.dc_id, one.media, &mut uploads);
        album.push(NewMessage {
            random_id: Some(one.random_id),
            entities,
            media: Some(media.map_err(|fault| numbered(fault, index))?),
            reply_to: answer.reply_to,
            reply_header: answer.header.clone(),
            grouped_id,
            traits: Traits {
                silent: call.silent,
                noforwards: call.noforwards,
                invert_media: call.invert_media,
                ..Traits::default()
            },
            ..NewMessage::text(sender, recipient, text)
        });
    }
    let calling = cx.caller.session();
    let posted = chats::post_all(cx, &album, Some(calling))?;
    if call.clear_draft {
        messages_drafts::clear(cx, sender, recipient)?;
    }
    let rows = posted.iter().flatten();
    let sent: Vec<_> = rows.zip(random_ids).collect();
    Ok(shown::sent(cx, sender, &sent)?)
}

/// `messages.getDocumentByHash sha256:bytes size:long mime_type:string = Document`: a document that somebody uploaded
/// before, so that it need not be uploaded again.
pub(super) fn document_by_hash(
    cx: &mut Cx<'_>,
    call: GetDocumentByHash,
) -> Result<TypeDocument, Raise<GetDocumentByHashError>> {
    let content = <[u8; 32]>::try_from(&call.sha256[..])
        .map_err(|_| Raise::Method(GetDocumentByHashError::Sha256HashInvalid))?;
    for id in cx.tx.files().documents_of(ContentHash(content))? {
        let file = cx.tx.files().find(id)?;
        let document = file.and_then(|file| TypeDocument::from_bytes(&file.body.into()).ok());
        if let Some(mut document) = document
            && let TypeDocument::Document(found) = &document
            && (found.size, &found.mime_type) == (call.size, &call.mime_type)
        {
            media::show_document(cx.tx, cx.settings, cx.now, &mut document)?;
            return Ok(document);
        }
    }
    Ok(TypeDocument::DocumentEmpty(DocumentEmpty { id: 0 }))
}

/// The uploads of an album.
pub(super) fn uploads_of_album(call: &SendMultiMedia) -> Vec<TypeInputFile> {
    let media = call.multi_media.iter().take(ALBUM).map(|one| &one.media);
    media.flat_map(media::uploads_in).collect()
}

/// What was made of the uploads of this call before its transaction.
pub(super) fn uploads(cx: &mut Cx<'_>) -> Uploads {
    match std::mem::take(&mut cx.prepared) {
        Prepared::Uploads(uploads) => uploads,
        _ => Uploads::new(),
    }
}

/// The text under a media, with its entities.
fn caption<E: MethodError>(
    cx: &Cx<'_>,
    text: String,
    entities: Option<Vec<heliogram_tl::api::TypeMessageEntity>>,
) -> Result<(String, Vec<heliogram_tl::api::TypeMessageEntity>), Raise<E>> {
    if text.chars().count() > LONGEST {
        return Err(Raise::named(400, "MEDIA_CAPTION_TOO_LONG"));
    }
    let entities = entities::of_text(cx, &text, entities.unwrap_or_default())?;
    Ok((text, entities))
}

/// The answer to an album that was sent before.
fn album_already_sent(
    cx: &Cx<'_>,
    sender: i64,
    random_ids: &[i64],
) -> Result<Option<TypeUpdates>, Raise<SendMultiMediaError>> {
    let mut rows = Vec::new();
    for random_id in random_ids {
        rows.extend(already_sent(cx, sender, *random_id)?);
    }
    if rows.is_empty() {
        return Ok(None);
    }
    if rows.len() < random_ids.len() {
        return Err(Raise::Method(SendMultiMediaError::RandomIdDuplicate));
    }
    let sent: Vec<_> = rows.iter().zip(random_ids.iter().copied()).collect();
    Ok(Some(shown::sent(cx, sender, &sent)?))
}

/// Whether a message is unread until it was listened to or looked at.
fn is_listened_to(media: &TypeMessageMedia) -> bool {
    matches!(media, TypeMessageMedia::MessageMediaDocument(media) if media.voice || media.round)
}

fn is_for_albums(media: &TypeInputMedia) -> bool {
    matches!(
        media,
        TypeInputMedia::InputMediaUploadedPhoto(_)
            | TypeInputMedia::InputMediaUploadedDocument(_)
            | TypeInputMedia::InputMediaPhoto(_)
            | TypeInputMedia::InputMediaDocument(_)
    )
}

/// What is wrong with a reference in an album, with the number of the message: `FILE_REFERENCE_1_EXPIRED`.
fn numbered(fault: MediaFault, index: usize) -> MediaFault {
    match fault {
        MediaFault::Refused(mut error) => {
            if let Some(what) = error.name.strip_prefix("FILE_REFERENCE_") {
                error.name = format!("FILE_REFERENCE_{index}_{what}");
            }
            MediaFault::Refused(error)
        }
        fault => fault,
    }
}
