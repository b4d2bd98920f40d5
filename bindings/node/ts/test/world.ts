// A world: people, their phones, a clock; what a test can do from outside.
import { setDefaultNetwork } from "../client/network";
import { Clock } from "./clock";
import { Control } from "./control";
import { Calls } from "./journal";
import type { Ready } from "./process";
import { Faults, Rules } from "./script";

/** Somebody to be made; a number that nobody has is found unless one is said. */
export interface NewUser {
  firstName: string;
  lastName?: string;
  phone?: string;
  username?: string;
  /** For two-step verification. */
  password?: string;
  /** The DC that the account lives on, one of the server's. */
  dcId?: number;
}

/** Somebody with an account. */
export interface User {
  id: number;
  phone: string;
}

/** A bot; it logs in with its token. */
export interface Bot {
  id: number;
  token: string;
}

/** Something that reached a phone. */
export interface InboxItem {
  id: number;
  kind: "sms" | "call" | "flash_call" | "missed_call" | "fragment" | "app" | "notice" | "email";
  from: string;
  text: string;
  /** Business time, unix seconds. */
  date: number;
}

/** The library that is to load a session string. */
export type SessionFormat = "heliogram" | "gramjs" | "telethon" | "pyrogram" | "mtcute";

/** A phone number, or whoever has it. */
export type Phone = string | { phone: string };

const CODE = /(?<!\d)\d{5,7}(?!\d)/;
const LINK_HASH = /confirmphone\?\S*hash=(\w+)/;

export class World {
  /** For the client's option of this name: its address and key. */
  readonly network: string;
  readonly ready: Readonly<Ready>;
  readonly clock: Clock;
  readonly rules: Rules;
  readonly faults: Faults;
  /** What clients have called. */
  readonly calls: Calls;
  protected readonly control: Control;
  #people = 0;

  /** @internal */
  constructor(ready: Ready, base: string) {
    this.ready = ready;
    this.network = JSON.stringify(ready);
    this.control = new Control(base);
    this.clock = new Clock(this.control);
    this.rules = new Rules(this.control);
    this.faults = new Faults(this.control);
    this.calls = new Calls(this.control);
  }

  /** Sends every client of this process that names no network here, until another world says the same or this one ends. */
  redirect(): void {
    setDefaultNetwork(this.network);
  }

  /** Makes somebody with an account; a text is the first name. */
  async addUser(user: string | NewUser): Promise<User> {
    const { firstName, lastName, phone, username, password, dcId } =
      typeof user === "string" ? ({ firstName: user } as NewUser) : user;
    const made = await this.control.post<{ id: number; phone: string }>("/users", {
      phone: phone ?? (await this.#freeNumber()),
      first_name: firstName,
      last_name: lastName,
      username,
      password,
      dc_id: dcId,
    });
    return { id: made.id, phone: made.phone };
  }

  /** Makes a bot. */
  async addBot(firstName: string, username?: string): Promise<Bot> {
    const body = { bot: true, first_name: firstName, username };
    const made = await this.control.post<{ id: number; bot_token: string }>("/users", body);
    return { id: made.id, token: made.bot_token };
  }

  /** Deletes an account now: its sessions end, its number is free. */
  removeUser(user: { id: number }): Promise<void> {
    return this.control.delete(`/users/${user.id}`);
  }

  /** A session string that is logged in, without a login having been gone through. */
  async session(phone: Phone, format: SessionFormat = "gramjs"): Promise<string> {
    const body = { phone: numberOf(phone), format };
    return (await this.control.post<{ session: string }>("/sessions", body)).session;
  }

  /** Ends all sessions of a user, as from another device: the next call of each is answered 401. */
  endSessions(user: { id: number }): Promise<void> {
    return this.control.delete(`/sessions?user_id=${user.id}`);
  }

  /** What reached a phone, the newest last. */
  async inbox(phone: Phone): Promise<InboxItem[]> {
    return (await this.control.get<{ items: InboxItem[] }>(`/inbox/${numberOf(phone)}`)).items;
  }

  /** The newest code that reached a phone; waits for one when there is none yet. */
  code(phone: Phone, timeout = 5000): Promise<string> {
    const readable = (item: InboxItem) => (item.kind === "flash_call" ? item.from.replace("+", "") : codeIn(item));
    return this.#newest(phone, "code", readable, timeout);
  }

  /** The hash in the newest link for `account.sendConfirmPhoneCode` that reached a phone. */
  confirmationHash(phone: Phone, timeout = 5000): Promise<string> {
    return this.#newest(phone, "link with a hash", (item) => LINK_HASH.exec(item.text)?.[1], timeout);
  }

  /** All that the world holds, secrets included. */
  snapshot(): Promise<Buffer> {
    return this.control.download("/snapshot");
  }

  /** Brings a snapshot back; its clock and sessions go on. */
  restore(snapshot: Uint8Array): Promise<void> {
    return this.control.upload("/snapshot", snapshot);
  }

  /** Lets the world begin anew: nobody is there but those of the fixtures; journal, rules and faults are empty. */
  async reset(): Promise<void> {
    await this.control.post("/reset");
    this.#people = 0;
  }

  async #newest(
    phone: Phone,
    what: string,
    find: (item: InboxItem) => string | undefined,
    timeout: number,
  ): Promise<string> {
    const until = Date.now() + timeout;
    for (let after = 0; ; ) {
      const left = Math.max(0, until - Date.now());
      const query = { after, wait_ms: left };
      const { items } = await this.control.get<{ items: InboxItem[] }>(`/inbox/${numberOf(phone)}`, query);
      const found = items.map(find).filter((text) => text !== undefined);
      if (found.length) return found.at(-1)!;
      if (left === 0) throw new Error(`no ${what} reached ${numberOf(phone)} within ${timeout} ms`);
      after = items.at(-1)?.id ?? after;
    }
  }

  /** One of the numbers that Telegram's test servers keep for testing, so that nobody owns it. */
  async #freeNumber(): Promise<string> {
    const { items } = await this.control.get<{ items: { phone?: string | null }[] }>("/users");
    const taken = new Set(items.map((user) => user.phone));
    let phone;
    do phone = `99966${this.ready.dc_id}${String(++this.#people).padStart(4, "0")}`;
    while (taken.has(phone));
    return phone;
  }
}

function numberOf(phone: Phone): string {
  const number = typeof phone === "string" ? phone : phone.phone;
  return number.replace(/\D/g, "");
}

/** A notice that names no code has digits too: those of its link and date. */
function codeIn(item: InboxItem): string | undefined {
  return item.kind === "notice" ? undefined : CODE.exec(item.text)?.[0];
}
