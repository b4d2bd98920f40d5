//! Photos, documents and other media in messages; `core.telegram.org/api/files`.

use heliogram_tl::Decode;
use heliogram_tl::api::messages::{
    GetDocumentByHash, GetDocumentByHashError, UploadMedia, UploadMediaError,
};
use heliogram_tl::api::{DocumentEmpty, TypeDocument, TypeMessageMedia};

use crate::cx::{Cx, Raise};
use crate::files::ContentHash;
use crate::media::{self, Uploads};
use crate::password::Prepared;

/// `messages.uploadMedia flags:# business_connection_id:flags.0?string peer:InputPeer media:InputMedia = MessageMedia`
pub(super) fn upload_media(
    cx: &mut Cx<'_>,
    call: UploadMedia,
) -> Result<TypeMessageMedia, Raise<UploadMediaError>> {
    let mut uploads = uploads(cx);
    let mut media = media::make(&cx.scope, cx.caller.dc_id, call.media, &mut uploads)?;
    media::show(cx.tx, cx.settings, cx.now, &mut media)?;
    Ok(media)
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

/// What was made of the uploads of this call before its transaction.
fn uploads(cx: &mut Cx<'_>) -> Uploads {
    match std::mem::take(&mut cx.prepared) {
        Prepared::Uploads(uploads) => uploads,
        _ => Uploads::new(),
    }
}
