// Photos of which the server sends the inside only.

/** The JPEG of a stripped photo; other bytes as they are. */
export function strippedPhotoToJpg(_stripped: Buffer): Buffer {
  throw new Error("strippedPhotoToJpg: not there yet");
}
