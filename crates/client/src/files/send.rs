//! Sending files to somebody: uploaded, and then named in a message.
//!
//! An album is several messages that belong together. Its files are made photos and documents first, by
//! `messages.uploadMedia`, and all sent by one `messages.sendMultiMedia`.
//!
//! `core.telegram.org/api/files`, "Uploading files"; `core.telegram.org/api/files#albums-grouped-media`.

use heliogram_tl::api::{self, TypeDocumentAttribute, TypeInputMedia, messages};

use super::{BIG, FileError, Upload, mime};
use crate::messages::{Shown, random_id};
use crate::{Message, MessageError, OutgoingMessage, PeerRef, TelegramClient};

/// A file to send, and how. A path is one too: methods take `impl Into<SendFile>`.
///
/// ```no_run
/// use heliogram::{OutgoingMessage, SendFile, Upload};
///
/// let photo = SendFile::new("sunset.jpg").caption(OutgoingMessage::markdown("The **sun** yesterday"));
/// let file = SendFile::new(Upload::bytes("notes.txt", "Buy tea."));
/// let original = SendFile::new("sunset.jpg").as_document();
/// ```
#[derive(Debug)]
pub struct SendFile {
    upload: Upload,
    message: OutgoingMessage,
    document: bool,
    spoiler: bool,
    mime_type: Option<String>,
    attributes: Vec<TypeDocumentAttribute>,
}

impl SendFile {
    /// A photo, if it is a JPEG, PNG or WebP of up to 10 MB by its name; a document otherwise.
    pub fn new(file: impl Into<Upload>) -> Self {
        Self {
            upload: file.into(),
            message: OutgoingMessage::default(),
            document: false,
            spoiler: false,
            mime_type: None,
            attributes: Vec::new(),
        }
    }

    /// What stands under it, with all that a message can have: formatting, an answer to another one, buttons.
    #[must_use]
    pub fn caption(mut self, caption: impl Into<OutgoingMessage>) -> Self {
        self.message = caption.into();
        self
    }

    /// Calls this after each part that the server has, with the bytes that it has and all there are.
    #[must_use]
    pub fn progress(mut self, progress: impl FnMut(u64, u64) + Send + 'static) -> Self {
        self.upload = self.upload.progress(progress);
        self
    }

    /// As a file to be kept as it is, even when it is a picture.
    #[must_use]
    pub fn as_document(mut self) -> Self {
        self.document = true;
        self
    }

    /// Covered until it is clicked.
    #[must_use]
    pub fn spoiler(mut self) -> Self {
        self.spoiler = true;
        self
    }

    /// The type of a document, where its name does not say it.
    #[must_use]
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// More about a document: that it is a voice message, how long a video is. Its name is said already.
    #[must_use]
    pub fn attribute(mut self, attribute: impl Into<TypeDocumentAttribute>) -> Self {
        self.attributes.push(attribute.into());
        self
    }
}

impl<F: Into<Upload>> From<F> for SendFile {
    fn from(file: F) -> Self {
        Self::new(file)
    }
}

impl TelegramClient {
    /// Sends a file, as GramJS's `sendFile`.
    ///
    /// ```no_run
    /// # async fn doc(client: heliogram::TelegramClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use heliogram::SendFile;
    ///
    /// client.send_file("@ann", "report.pdf").await?;
    /// client.send_file("me", SendFile::new("backup.tar").progress(|sent, size| eprintln!("{sent}/{size}"))).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the file cannot be read, the peer not be addressed, or the server refuses.
    pub async fn send_file(
        &self,
        peer: impl Into<PeerRef>,
        file: impl Into<SendFile>,
    ) -> Result<Message, FileError> {
        let (peer, mut file) = (peer.into(), file.into());
        // Who cannot be addressed is not worth an upload.
        self.input_peer(&peer).await?;
        let message = std::mem::take(&mut file.message);
        let request = messages::SendMedia {
            silent: message.silent,
            background: message.background,
            clear_draft: message.clear_draft,
            noforwards: message.noforwards,
            update_stickersets_order: false,
            invert_media: message.invert_media,
            allow_paid_floodskip: false,
            peer: api::TypeInputPeer::InputPeerEmpty,
            reply_to: message.reply_to.map(Box::new),
            media: self.uploaded(file).await?,
            message: message.text,
            random_id: message.random_id.unwrap_or_else(random_id),
            reply_markup: match message.buttons {
                Some(buttons) => Some(buttons.into_markup().map_err(MessageError::from)?),
                None => None,
            },
            entities: self.to_be_sent(message.entities).await?,
            schedule_date: message.schedule_date,
            schedule_repeat_period: None,
            send_as: None,
            quick_reply_shortcut: None,
            effect: None,
            allow_paid_stars: None,
            suggested_post: None,
        };
        let request = &request;
        let mut shown = self
            .with_peer(&peer, |input| async move {
                let request = messages::SendMedia {
                    peer: input,
                    ..request.clone()
                };
                let (answer, _) = self.insist(&request).await;
                Ok::<_, FileError>(Shown::new(answer?))
            })
            .await?;
        let raw = shown.sent(request.random_id);
        let message = raw.and_then(|raw| Message::new(self.clone(), raw, shown.peers));
        let method = "messages.sendMedia";
        Ok(message.ok_or(MessageError::NotShown { method })?)
    }

    /// Sends two to ten files as an album, each with a caption of its own. What the first caption says beyond its text
    /// (an answer to another message, silence) is meant of the whole; buttons an album has none.
    ///
    /// # Errors
    /// When a file cannot be read, the peer not be addressed, or the server refuses.
    pub async fn send_album<F: Into<SendFile>>(
        &self,
        peer: impl Into<PeerRef>,
        files: impl IntoIterator<Item = F>,
    ) -> Result<Vec<Message>, FileError> {
        let peer = peer.into();
        let files: Vec<SendFile> = files.into_iter().map(Into::into).collect();
        if !(2..=10).contains(&files.len()) {
            return Err(FileError::Album(files.len()));
        }
        let first = files[0].message.clone();
        let mut multi_media = Vec::with_capacity(files.len());
        for mut file in files {
            let message = std::mem::take(&mut file.message);
            multi_media.push(api::InputSingleMedia {
                media: self.kept(&peer, file).await?,
                random_id: random_id(),
                message: message.text,
                entities: self.to_be_sent(message.entities).await?,
            });
        }
        let request = messages::SendMultiMedia {
            silent: first.silent,
            background: first.background,
            clear_draft: first.clear_draft,
            noforwards: first.noforwards,
            update_stickersets_order: false,
            invert_media: first.invert_media,
            allow_paid_floodskip: false,
            peer: api::TypeInputPeer::InputPeerEmpty,
            reply_to: first.reply_to.map(Box::new),
            multi_media,
            schedule_date: first.schedule_date,
            send_as: None,
            quick_reply_shortcut: None,
            effect: None,
            allow_paid_stars: None,
        };
        let request = &request;
        let mut shown = self
            .with_peer(&peer, |input| async move {
                let request = messages::SendMultiMedia {
                    peer: input,
                    ..request.clone()
                };
                let (answer, _) = self.insist(&request).await;
                Ok::<_, FileError>(Shown::new(answer?))
            })
            .await?;
        let sent = request.multi_media.iter().map(|single| single.random_id);
        let sent: Vec<_> = sent.filter_map(|random_id| shown.sent(random_id)).collect();
        let wrapped = |raw| Message::new(self.clone(), raw, shown.peers.clone());
        let messages: Vec<_> = sent.into_iter().filter_map(wrapped).collect();
        if messages.len() < request.multi_media.len() {
            let method = "messages.sendMultiMedia";
            return Err(MessageError::NotShown { method }.into());
        }
        Ok(messages)
    }

    /// Uploads a file and says what it is.
    async fn uploaded(&self, file: SendFile) -> Result<TypeInputMedia, FileError> {
        let name = file.upload.file_name().to_owned();
        let mime_type = file
            .mime_type
            .unwrap_or_else(|| mime::of_name(&name).to_owned());
        let as_photo = !file.document && mime::is_photo(&mime_type);
        let size = file.upload.size().await?;
        let uploaded = self.upload_file(file.upload).await?;
        if as_photo && size <= BIG {
            return Ok(api::InputMediaUploadedPhoto {
                spoiler: file.spoiler,
                live_photo: false,
                file: uploaded,
                stickers: None,
                ttl_seconds: None,
                video: None,
            }
            .into());
        }
        let file_name = name;
        let mut attributes = file.attributes;
        attributes.push(api::DocumentAttributeFilename { file_name }.into());
        Ok(api::InputMediaUploadedDocument {
            nosound_video: false,
            force_file: file.document,
            spoiler: file.spoiler,
            file: uploaded,
            thumb: None,
            mime_type,
            attributes,
            stickers: None,
            video_cover: None,
            video_timestamp: None,
            ttl_seconds: None,
        }
        .into())
    }

    /// Uploads a file and has the server make a photo or document of it.
    async fn kept(&self, peer: &PeerRef, file: SendFile) -> Result<TypeInputMedia, FileError> {
        let spoiler = file.spoiler;
        let request = messages::UploadMedia {
            business_connection_id: None,
            peer: self.input_peer(peer).await?,
            media: self.uploaded(file).await?,
        };
        let made = self.invoke(&request).await?;
        match made {
            api::TypeMessageMedia::MessageMediaPhoto(media) => {
                if let Some(api::TypePhoto::Photo(photo)) = media.photo {
                    return Ok(api::InputMediaPhoto {
                        spoiler,
                        live_photo: false,
                        id: api::InputPhoto {
                            id: photo.id,
                            access_hash: photo.access_hash,
                            file_reference: photo.file_reference,
                        }
                        .into(),
                        ttl_seconds: None,
                        video: None,
                    }
                    .into());
                }
            }
            api::TypeMessageMedia::MessageMediaDocument(media) => {
                if let Some(api::TypeDocument::Document(document)) = media.document {
                    return Ok(api::InputMediaDocument {
                        spoiler,
                        id: api::InputDocument {
                            id: document.id,
                            access_hash: document.access_hash,
                            file_reference: document.file_reference,
                        }
                        .into(),
                        video_cover: None,
                        video_timestamp: None,
                        ttl_seconds: None,
                        query: None,
                    }
                    .into());
                }
            }
            _ => {}
        }
        let problem = "it is neither a photo nor a document".into();
        let method = "messages.uploadMedia";
        Err(FileError::Call(crate::InvokeError::Answer {
            method,
            problem,
        }))
    }
}
