// Asking bots inline.
import type { EntityLike } from "../define";
import { Api } from "../tl/api";
import { InlineResults } from "../tl/custom/inlineResults";
import type { TelegramClient } from "./TelegramClient";

export interface BotMethods {
  /** What a bot offers to this query, as when `@bot query` is typed into the chat `entity`. */
  inlineQuery(bot: EntityLike, query: string, entity?: EntityLike, offset?: string, geoPoint?: Api.TypeInputGeoPoint): Promise<InlineResults>;
}

export const botMethods: BotMethods & ThisType<TelegramClient> = {
  async inlineQuery(bot, query, entity, offset = "", geoPoint) {
    const peer = entity === undefined ? new Api.InputPeerSelf() : await this.getInputEntity(entity);
    const results = await this.invoke(new Api.messages.GetInlineBotResults({ bot, peer, query, offset, geoPoint }));
    return new InlineResults(this, results, entity === undefined ? undefined : peer);
  },
};
