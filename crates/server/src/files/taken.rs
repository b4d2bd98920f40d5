//! Uploads that a call uses: made into files before its transaction, and looked at.

use heliogram_tl::api::TypeInputFile;

use super::parts::MAX_PART;
use super::{Files, Kept, UploadFault, UploadId};
use crate::media::file_type;

/// An upload that has become a file.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) kept: Kept,
    /// What the client called it.
    pub(crate) name: String,
    /// A number of [`crate::media::FILE_TYPES`].
    pub(crate) file_type: usize,
    /// Width and height, when it is an image.
    pub(crate) dimensions: Option<(i32, i32)>,
}

impl Files {
    /// Makes a file of what was uploaded under these numbers.
    pub(crate) fn take(
        &self,
        dc_id: i32,
        user_id: i64,
        input: &TypeInputFile,
        now: i64,
    ) -> Result<Taken, UploadFault> {
        let (file_id, count, name, md5) = match input {
            TypeInputFile::InputFile(file) => {
                let md5 = Some(&*file.md5_checksum).filter(|md5| !md5.is_empty());
                (file.id, file.parts, &file.name, md5)
            }
            TypeInputFile::InputFileBig(file) => (file.id, file.parts, &file.name, None),
            _ => return Err(UploadFault::Input),
        };
        let id = UploadId {
            dc_id,
            user_id,
            file_id,
        };
        let kept = self.finish(id, count, md5, now)?;
        // An image says its size in the first bytes, or behind what a camera wrote about it.
        let head = self.read(kept.content, 0, MAX_PART)?;
        let dimensions = imagesize::blob_size(&head).ok().and_then(|size| {
            let side = |pixels: usize| i32::try_from(pixels).ok();
            Some((side(size.width)?, side(size.height)?))
        });
        Ok(Taken {
            kept,
            name: name.clone(),
            file_type: file_type(&head),
            dimensions,
        })
    }
}
