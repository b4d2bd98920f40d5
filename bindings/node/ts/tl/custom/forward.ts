// Whose message a forwarded one was.
import type { TelegramClient } from "../../client/TelegramClient";
import type { Entity } from "../../define";
import { Api } from "../api";
import { getPeerId } from "../casts/peers";
import { toLong } from "../numbers";
import { bindingOf } from "./binding";
import { SenderGetter } from "./senderGetter";

export class Forward extends SenderGetter {
  /** What the server says of it. */
  originalFwd: Api.MessageFwdHeader;

  constructor(client: TelegramClient, original: Api.MessageFwdHeader, entities: Map<string, Entity>) {
    super();
    this.originalFwd = original;
    const binding = Object.assign(bindingOf(this), { client, entities });
    const from = original.fromId;
    if (from instanceof Api.PeerUser) binding.senderId = toLong(getPeerId(from), from);
    else if (from) binding.chatPeer = from;
  }
}
