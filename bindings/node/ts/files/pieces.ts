// A file as it comes.
import type { TelegramClient } from "../client/TelegramClient";
import type { NativeSource } from "../native";
import type { Api } from "../tl/api";

/** Bytes from `start` on, up to `end`. */
export interface Range {
  start: number;
  end?: number;
}

/** The pieces that the engine fetches, a few of which are on the way while one is looked at. */
export async function* read(
  client: TelegramClient,
  source: NativeSource,
  location: Api.TypeInputFileLocation,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, undefined> {
  const pieces = client._native.downloadPieces(source, location);
  try {
    for (;;) {
      const piece = await client._begin<Buffer | undefined>((call) => client._native.nextPiece(call, pieces), undefined, signal);
      if (!piece) return;
      yield piece;
    }
  } finally {
    pieces.close();
  }
}

/** What of a file is wanted, and in what chunks. */
interface Chunking {
  offset: number;
  stride: number;
  limit: number | undefined;
  chunkSize: number;
}

/** Chunks of a file: `for await`, or `collect`. */
export class DirectDownloadIter implements AsyncIterable<Buffer> {
  readonly #client: TelegramClient;
  readonly #location: Api.TypeInputFileLocation;
  readonly #source: (range: Range) => Promise<NativeSource>;
  readonly #chunking: Chunking;
  readonly #signal: AbortSignal | undefined;
  #closed = false;

  constructor(
    client: TelegramClient,
    location: Api.TypeInputFileLocation,
    source: (range: Range) => Promise<NativeSource>,
    chunking: Chunking,
    signal: AbortSignal | undefined,
  ) {
    this.#client = client;
    this.#location = location;
    this.#source = source;
    this.#chunking = chunking;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, undefined> {
    const { offset, stride, limit = Infinity, chunkSize } = this.#chunking;
    if (stride === chunkSize) {
      yield* inChunks(this.#bytes(offset, offset + chunkSize * limit), chunkSize);
      return;
    }
    for (let number = 0; number < limit && !this.#closed; number++) {
      const start = offset + number * stride;
      const chunk = Buffer.concat(await all(this.#bytes(start, start + chunkSize)));
      if (chunk.length > 0) yield chunk;
      if (chunk.length < chunkSize) return;
    }
  }

  /** Ends the loop over it with the next piece, and takes back what is on the way. */
  async close(): Promise<void> {
    this.#closed = true;
  }

  /** All chunks. */
  collect(): Promise<Buffer[]> {
    return all(this);
  }

  async *#bytes(start: number, end: number): AsyncGenerator<Buffer, undefined> {
    const source = await this.#source({ start, end: Number.isFinite(end) ? end : undefined });
    for await (const piece of read(this.#client, source, this.#location, this.#signal)) {
      if (this.#closed) return;
      yield piece;
    }
  }
}

/** The same bytes in chunks of one size; the last may be smaller. */
async function* inChunks(pieces: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer, undefined> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const piece of pieces) {
    rest.push(piece);
    length += piece.length;
    if (length < size) continue;
    const together = rest.length === 1 ? piece : Buffer.concat(rest);
    let at = 0;
    for (; length - at >= size; at += size) yield together.subarray(at, at + size);
    rest = at < length ? [together.subarray(at)] : [];
    length -= at;
  }
  if (length > 0) yield Buffer.concat(rest);
}

async function all(pieces: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const list: Buffer[] = [];
  for await (const piece of pieces) list.push(piece);
  return list;
}
