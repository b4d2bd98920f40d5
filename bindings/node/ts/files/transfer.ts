// What is on its way: how far it is, and how it is given up.
import type { TelegramClient } from "../client/TelegramClient";

/** What is told of a transfer while it runs, and what ends it early. */
export interface Following {
  /** Told of what has arrived, of how much; `isCanceled` is looked at each time. */
  progress?: (done: number, of: number) => unknown;
  canceled?: () => boolean | undefined;
  /** When it aborts, the promise rejects with its reason, and the engine forgets the transfer. */
  signal?: AbortSignal;
}

/** Begins a transfer in the addon; `begin` is given the number of the call, and that under which progress is told. */
export async function transfer<T>(
  client: TelegramClient,
  begin: (call: number, progress: number | undefined) => void,
  { progress, canceled, signal }: Following,
): Promise<T> {
  if (!progress && !signal) return client._begin<T>((call) => begin(call, undefined));
  const giveUp = new AbortController();
  const abort = () => giveUp.abort(signal!.reason);
  if (signal?.aborted) throw signal.reason;
  signal?.addEventListener("abort", abort, { once: true });
  let number: number | undefined;
  const stop = client._calls.subscribe(
    (own) => (number = own),
    (_problem, value) => {
      const [done, of] = value as [number, number];
      try {
        void Promise.resolve(progress?.(done, of)).catch((error) => giveUp.abort(error));
        if (canceled?.()) giveUp.abort(new Error("USER_CANCELED"));
      } catch (error) {
        giveUp.abort(error);
      }
    },
  );
  try {
    return await client._begin<T>((call) => begin(call, progress && number), undefined, giveUp.signal);
  } finally {
    stop();
    signal?.removeEventListener("abort", abort);
  }
}

/** Tells of a name that has no meaning here: what is passed is never dropped in silence. */
export function only(given: object | undefined | null, names: readonly string[], of: string): void {
  for (const name of Object.keys(given ?? {})) {
    if (!names.includes(name)) throw new TypeError(`${of}: there is no parameter ${name}; there are ${names.join(", ")}`);
  }
}
