// Who is who.
import { Api } from "../tl/api";
import type { TelegramClient } from "./TelegramClient";

export interface UserMethods {
  /** Who is logged in. */
  getMe(): Promise<Api.User>;
}

export const userMethods: UserMethods & ThisType<TelegramClient> = {
  async getMe() {
    const [me] = await this.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }));
    return me as Api.User;
  },
};
