// Sending and fetching files: named here for the methods that lead to them.
import type { EntityLike, FileLike } from "../define";
import type { Api } from "../tl/api";
import type { TelegramClient } from "./TelegramClient";

export interface FileMethods {
  /** Not there yet. */
  sendFile(entity: EntityLike, sendFileParams: { file: FileLike | FileLike[] } & Record<string, unknown>): Promise<Api.Message>;
  /** Not there yet. */
  downloadMedia(message: Api.Message | Api.TypeMessageMedia, params?: Record<string, unknown>): Promise<string | Buffer | undefined>;
  /** @internal Not there yet. */
  _mediaOf(file: FileLike, forceDocument?: boolean): Promise<Api.TypeInputMedia>;
}

export const fileMethods: FileMethods & ThisType<TelegramClient> = {
  async sendFile() {
    throw new Error("sendFile: files cannot be sent from Node yet");
  },
  async downloadMedia() {
    throw new Error("downloadMedia: files cannot be fetched from Node yet");
  },
  async _mediaOf() {
    throw new Error("editMessage: a file cannot be put in the place of another from Node yet");
  },
};
