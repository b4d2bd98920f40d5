// What a client can do, by subject: a subject's file is loaded when one of its methods is first used, so that a program
// which only invokes does not wait for the others.
import type { TwoFaMethods } from "./2fa";
import type { AuthMethods } from "./auth";
import type { BotMethods } from "./bots";
import type { ButtonMethods } from "./buttons";
import type { ChatMethods } from "./chats";
import type { DialogMethods } from "./dialogs";
import type { DownloadMethods } from "./downloads";
import type { MessageParseMethods } from "./messageParse";
import type { MessageMethods } from "./messages";
import type { UpdateMethods } from "./updates";
import type { UploadMethods } from "./uploads";
import type { UserMethods } from "./users";

/** The members of all subjects. */
export interface Subjects
  extends AuthMethods,
    BotMethods,
    ButtonMethods,
    ChatMethods,
    DialogMethods,
    DownloadMethods,
    MessageMethods,
    MessageParseMethods,
    TwoFaMethods,
    UpdateMethods,
    UploadMethods,
    UserMethods {}

/** Puts them on a class's prototype. */
export function addSubjects(prototype: object): void {
  for (const { names, load } of SUBJECTS) {
    const settle = () => Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(load()));
    for (const name of names) {
      Object.defineProperty(prototype, name, {
        configurable: true,
        enumerable: true,
        get() {
          settle();
          return Reflect.get(prototype, name, this);
        },
        set(value: unknown) {
          Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
        },
      });
    }
  }
}

/** What every client has from the file; an optional member is one that is set on a client. */
type Own<M> = { [K in keyof M]-?: object extends Pick<M, K> ? never : K }[keyof M];

interface Subject {
  names: string[];
  load: () => object;
}

/** The compiler holds the names against the subject's interface, both ways. */
function subject<M extends object>(names: Record<Own<M>, true>, load: () => M): Subject {
  return { names: Object.keys(names), load };
}

const SUBJECTS: Subject[] = [
  subject<AuthMethods>(
    {
      ...{ start: true, checkAuthorization: true, isUserAuthorized: true, sendCode: true },
      ...{ signInUser: true, signInUserWithQrCode: true, signInWithPassword: true, signInBot: true },
    },
    () => (require("./auth") as typeof import("./auth")).authMethods,
  ),
  subject<BotMethods>({ inlineQuery: true }, () => (require("./bots") as typeof import("./bots")).botMethods),
  subject<ButtonMethods>({ buildReplyMarkup: true }, () => (require("./buttons") as typeof import("./buttons")).buttonMethods),
  subject<ChatMethods>(
    { iterParticipants: true, getParticipants: true, kickParticipant: true },
    () => (require("./chats") as typeof import("./chats")).chatMethods,
  ),
  subject<DialogMethods>({ iterDialogs: true, getDialogs: true }, () => (require("./dialogs") as typeof import("./dialogs")).dialogMethods),
  subject<DownloadMethods>(
    { downloadMedia: true, downloadFile: true, downloadProfilePhoto: true, iterDownload: true },
    () => (require("./downloads") as typeof import("./downloads")).downloadMethods,
  ),
  subject<MessageMethods>(
    {
      ...{ iterMessages: true, getMessages: true, sendMessage: true, forwardMessages: true, editMessage: true },
      ...{ deleteMessages: true, pinMessage: true, unpinMessage: true, markAsRead: true },
    },
    () => (require("./messages") as typeof import("./messages")).messageMethods,
  ),
  subject<MessageParseMethods>(
    { parseMode: true, setParseMode: true, _parseMessageText: true, _getResponseMessage: true },
    () => (require("./messageParse") as typeof import("./messageParse")).messageParseMethods,
  ),
  subject<TwoFaMethods>({ updateTwoFaSettings: true }, () => (require("./2fa") as typeof import("./2fa")).twoFaMethods),
  subject<UpdateMethods>(
    {
      ...{ addEventHandler: true, removeEventHandler: true, listEventHandlers: true, on: true, catchUp: true },
      ...{ _dispatchUpdate: true, _followUpdates: true },
    },
    () => (require("./updates") as typeof import("./updates")).updateMethods,
  ),
  subject<UploadMethods>(
    { uploadFile: true, sendFile: true, _fileToMedia: true },
    () => (require("./uploads") as typeof import("./uploads")).uploadMethods,
  ),
  subject<UserMethods>(
    {
      ...{ getMe: true, isBot: true, getEntity: true, getInputEntity: true, getPeerId: true },
      ...{ _getPeer: true, _getInputDialog: true, _getInputNotify: true },
    },
    () => (require("./users") as typeof import("./users")).userMethods,
  ),
];
