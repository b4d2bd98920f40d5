// Logging in, with a session of one's own, as programs for GramJS are written.
import { Api, errors, password, TelegramClient } from "telegram";
import { AuthKey } from "telegram/crypto/AuthKey";
import { FloodWaitError, RPCError } from "telegram/errors";
import { MemorySession, Session, StoreSession, StringSession } from "telegram/sessions";

declare function ask(question: string): Promise<string>;

class EnvironmentSession extends MemorySession {
  constructor(private readonly variable: string) {
    super();
  }

  async load(): Promise<void> {
    this._dcId = 2;
    this._serverAddress = "149.154.167.50";
    this._port = 443;
    this._authKey = new AuthKey();
    await this._authKey.setKey(Buffer.from(process.env[this.variable] ?? "", "hex"));
  }

  setDC(dcId: number, serverAddress: string, port: number): void {
    super.setDC(dcId, serverAddress, port);
  }

  save(): void {
    process.env[this.variable] = this.authKey?.getKey()?.toString("hex");
  }
}

async function main(): Promise<void> {
  const sessions: Session[] = [new StringSession(""), new StoreSession("folder"), new EnvironmentSession("KEY")];
  for (const session of sessions) {
    const client = new TelegramClient(session, 1, "hash", { connectionRetries: 5 });
    await client.start({
      phoneNumber: async () => ask("number"),
      phoneCode: async (isCodeViaApp?: boolean) => ask(isCodeViaApp ? "code in the app" : "code"),
      password: async (hint?: string) => ask(`password (${hint})`),
      firstAndLastNames: async () => ["Ann", "Lee"],
      onError: async (error) => {
        console.log(error.message);
        return error instanceof errors.FloodWaitError;
      },
    });
    console.log(session.dcId, session.serverAddress, session.port, session.getAuthKey()?.getKey());
  }
  const saved = new StringSession("");
  const client = new TelegramClient(saved, 1, "hash", {});
  await client.start({ botAuthToken: "1:token" });
  const text: string = saved.save();
  const credentials = { apiId: client.apiId, apiHash: client.apiHash };
  const { phoneCodeHash, isCodeViaApp } = await client.sendCode(credentials, "+1", true);
  try {
    await client.invoke(new Api.auth.SignIn({ phoneNumber: "+1", phoneCodeHash, phoneCode: String(isCodeViaApp) }));
  } catch (error) {
    if (error instanceof FloodWaitError) console.log(error.seconds);
    else if (error instanceof RPCError && error.errorMessage === "SESSION_PASSWORD_NEEDED") {
      const asked = await client.invoke(new Api.account.GetPassword());
      const proof = await password.computeCheck(asked, "hunter2");
      await client.invoke(new Api.auth.CheckPassword({ password: proof }));
    } else throw error;
  }
  await client.signInWithPassword(credentials, { password: async () => "x", onError: () => undefined });
  await client.signInUserWithQrCode(credentials, {
    qrCode: async ({ token, expires }) => console.log(token.toString("base64url"), expires),
    onError: (error) => console.log(error),
  });
  await client.updateTwoFaSettings({ isCheckPassword: false, currentPassword: "a", newPassword: "b", hint: "c" });
  console.log(text.length, await client.checkAuthorization(), await client.isUserAuthorized());
}

void main();
