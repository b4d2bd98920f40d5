// Two-step verification, as GramJS's module of this name. The arithmetic is Rust's, on a thread of its own.
import { callsFor } from "./calls";
import { explain } from "./client/answers";
import { native, type NativeChannel } from "./native";
import { Api } from "./tl/api";
import { telegram } from "./tl/schema";

/**
 * The proof that one knows the password, for `auth.CheckPassword` and others, from what `account.GetPassword` answered just before.
 * It is good once. Rejects when the account has no password, or the server's parameters are unknown or unsafe.
 */
export async function computeCheck(request: Api.account.Password, password: string): Promise<Api.InputCheckPasswordSRP> {
  wantText("computeCheck", password);
  const asked = request.getBytes();
  return compute((channel, call) => native.provePassword(channel, call, asked, password));
}

/** What the server keeps of a password: `newPasswordHash`, for the algorithm `newAlgo` with random bytes added to its `salt1`. */
export async function computeDigest(algo: Api.TypePasswordKdfAlgo, password: string): Promise<Buffer> {
  wantText("computeDigest", password);
  const algorithm = algo.getBytes();
  return compute((channel, call) => native.passwordDigest(channel, call, algorithm, password));
}

function compute<T>(start: (channel: NativeChannel, call: number) => void): Promise<T> {
  const calls = callsFor(telegram);
  return calls.promise<T>((call) => start(calls.channel, call), explain);
}

function wantText(who: string, password: unknown): void {
  if (typeof password !== "string") throw new TypeError(`${who}: the password is a string, not ${typeof password}`);
}
