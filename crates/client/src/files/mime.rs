//! What kind of file a name promises.
//!
//! A table of its own: what Telegram's apps show differs for pictures, sound and video, and for the rest the type is no more than
//! a hint to whoever opens the file. A crate would bring a thousand types for that.

/// The type that goes with a file's name, by its extension; `application/octet-stream` when none is known.
#[must_use]
pub fn of_name(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let known = TYPES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension));
    known.map_or("application/octet-stream", |(_, mime)| mime)
}

/// The extension, with its dot, that goes with a type; nothing when none is known.
#[must_use]
pub fn extension(mime: &str) -> String {
    let known = TYPES.iter().find(|(_, known)| *known == mime);
    known.map_or_else(String::new, |(extension, _)| format!(".{extension}"))
}

/// Whether the apps show it as a photo, when it is sent as one.
#[must_use]
pub fn is_photo(mime: &str) -> bool {
    matches!(mime, "image/jpeg" | "image/png" | "image/webp")
}

const TYPES: [(&str, &str); 41] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("bmp", "image/bmp"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("svg", "image/svg+xml"),
    ("heic", "image/heic"),
    ("avif", "image/avif"),
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("mkv", "video/x-matroska"),
    ("webm", "video/webm"),
    ("avi", "video/x-msvideo"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("ogg", "audio/ogg"),
    ("oga", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("flac", "audio/flac"),
    ("wav", "audio/wav"),
    ("tgs", "application/x-tgsticker"),
    ("pdf", "application/pdf"),
    ("zip", "application/zip"),
    ("gz", "application/gzip"),
    ("tar", "application/x-tar"),
    ("7z", "application/x-7z-compressed"),
    ("json", "application/json"),
    ("xml", "application/xml"),
    ("txt", "text/plain"),
    ("log", "text/plain"),
    ("md", "text/markdown"),
    ("csv", "text/csv"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("js", "text/javascript"),
    ("css", "text/css"),
    ("apk", "application/vnd.android.package-archive"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_extension_says_it_in_either_case() {
        assert_eq!(of_name("a.b.JPG"), "image/jpeg");
        assert_eq!(of_name("archive.tar.gz"), "application/gzip");
        for name in ["", "jpg", "a.", "a.unheard"] {
            assert_eq!(of_name(name), "application/octet-stream", "{name}");
        }
    }
}
