// Who sent something. Mixed into messages and events.
import type { Entity } from "../../define";
import { Api } from "../api";
import { bindingOf } from "./binding";
import { ChatGetter, found, inputOf, isMin, known } from "./chatGetter";

interface SenderGetterConstructorInterface {
  senderId?: Api.long;
  sender?: Entity;
  inputSender?: Api.TypeInputPeer;
}

export class SenderGetter extends ChatGetter {
  /** Sets who sent it. */
  static initSenderClass(c: object, { senderId, sender, inputSender }: SenderGetterConstructorInterface): void {
    Object.assign(bindingOf(c), { senderId, sender, inputSender, client: undefined });
  }

  /** @internal */
  get _senderId(): Api.long | undefined {
    return this.senderId;
  }
  /** @internal */
  get _sender(): Entity | undefined {
    return this.sender;
  }
  /** @internal */
  get _inputSender(): Api.TypeInputPeer | undefined {
    return this.inputSender;
  }

  /** The sender, when it came along; otherwise `getSender` fetches it. */
  get sender(): Entity | undefined {
    const binding = bindingOf(this);
    return (binding.sender ??= known(this, this.senderId));
  }

  /** The sender, fetched when it did not come along. */
  async getSender(): Promise<Entity | undefined> {
    const { sender } = this;
    if (sender && !isMin(sender)) return sender;
    const input = await this.getInputSender();
    const client = this._client;
    if (!input || !client) return sender;
    return (bindingOf(this).sender = await client.getEntity(input));
  }

  /** What methods take for the sender, when that is known. */
  get inputSender(): Api.TypeInputPeer | undefined {
    const binding = bindingOf(this);
    return (binding.inputSender ??= inputOf(this.sender));
  }

  /** What methods take for the sender; undefined when it cannot be found. */
  async getInputSender(): Promise<Api.TypeInputPeer | undefined> {
    const binding = bindingOf(this);
    const { senderId } = this;
    if (!this.inputSender && senderId !== undefined && binding.client) {
      binding.inputSender = await found(binding.client.getInputEntity(senderId));
    }
    return binding.inputSender;
  }

  /** The marked id of the sender. */
  get senderId(): Api.long | undefined {
    return bindingOf(this).senderId;
  }

  /** @internal Asks once more for what did not come along. */
  async _refetchSender(): Promise<void> {}
}
