// Logging in by a QR code, which another app that is logged in scans.
//
//   here     auth.exportLoginToken ──> loginToken(token, expires)      shown as tg://login?token=<base64url>
//   other    scans it and accepts
//   here     updateLoginToken, and auth.exportLoginToken again ──> loginTokenSuccess, or loginTokenMigrateTo(dc_id, token)
//   there    auth.importLoginToken(token) ──> loginTokenSuccess
//
// A token that has run out is replaced by a new one, as often as it takes; a callback that throws ends it.
import { Raw } from "../events/Raw";
import { Api } from "../tl/api";
import type { ApiCredentials, UserPasswordAuthParams } from "./auth";
import type { TelegramClient } from "./TelegramClient";

/** How a user logs in by QR code. */
export interface QrCodeAuthParams extends UserPasswordAuthParams {
  /** Shows `tg://login?token=` and the token in base64url. Called again with each new token. */
  qrCode?: (qrCode: { token: Buffer; expires: number }) => Promise<void>;
}

export async function signInUserWithQrCode(
  client: TelegramClient,
  apiCredentials: ApiCredentials,
  authParams: QrCodeAuthParams,
): Promise<Api.TypeUser> {
  const { qrCode } = authParams;
  if (typeof qrCode !== "function") throw new Error("qrCode callback not defined");
  const { apiId, apiHash } = apiCredentials;
  const request = new Api.auth.ExportLoginToken({ apiId, apiHash, exceptIds: [] });
  const bell = new Bell();
  const ring = () => bell.ring();
  const kind = new Raw({ types: [Api.UpdateLoginToken] });
  client.addEventHandler(ring, kind);
  try {
    for (;;) {
      const answer = await client.invoke(request);
      if (!(answer instanceof Api.auth.LoginToken)) return await accepted(client, answer);
      const { token, expires } = answer;
      const left = expires * 1000 - Date.now();
      // Whoever shows it may be done at once or never; its failure is the login's.
      const shown = Promise.resolve(qrCode({ token, expires })).then(() => bell.rung);
      await within(Math.min(Math.max(left, SHORTEST), LONGEST), Promise.race([shown, bell.rung]));
      bell.reset();
    }
  } catch (error) {
    if ((error as { errorMessage?: string }).errorMessage !== "SESSION_PASSWORD_NEEDED") throw error;
    return await client.signInWithPassword(apiCredentials, authParams);
  } finally {
    client.removeEventHandler(ring, kind);
  }
}

async function accepted(client: TelegramClient, answer: Api.auth.TypeLoginToken): Promise<Api.TypeUser> {
  let last = answer;
  if (last instanceof Api.auth.LoginTokenMigrateTo) {
    const { dcId, token } = last;
    await client._switchDC(dcId);
    last = await client.invoke(new Api.auth.ImportLoginToken({ token }));
  }
  if (last instanceof Api.auth.LoginTokenSuccess && last.authorization instanceof Api.auth.Authorization) {
    return last.authorization.user;
  }
  throw new Error(`Received unknown result while scanning QR ${last.className}`);
}

/** Rings when the code was scanned, whether somebody is listening already or not. */
class Bell {
  rung!: Promise<void>;
  ring!: () => void;

  constructor() {
    this.reset();
  }

  reset(): void {
    this.rung = new Promise((resolve) => (this.ring = resolve));
  }
}

async function within(ms: number, what: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([what, over]).finally(() => clearTimeout(timer));
}

/** In ms: how soon, and how late, a new token is asked for. The server's clock and this one may differ. */
const SHORTEST = 1000;
const LONGEST = 30_000;
