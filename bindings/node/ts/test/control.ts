// Calls to the server's control API.

/** What the control API refuses: which field, and why. */
export class ControlError extends Error {
  override name = "ControlError";
  /** The status of HTTP: 400 for what cannot be, 404, or 409 for what does not fit what is there. */
  readonly status: number;
  /** The field that it is about; empty when it is none. */
  readonly field: string;

  constructor(call: string, status: number, field: string, message: string) {
    super(`${call}: ${field && `${field}: `}${message}`);
    this.status = status;
    this.field = field;
  }
}

export type Query = Record<string, string | number | boolean | undefined>;

/** One world's part of the control API. */
export class Control {
  readonly #base: string;

  /** `base` is `http://127.0.0.1:20671/v1`, or with `/worlds/NAME` behind it. */
  constructor(base: string) {
    this.#base = base;
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
    return this.#call("GET", given.length ? `${path}?${search}` : path);
  }

  post<T>(path: string, body?: object): Promise<T> {
    return this.#call("POST", path, body);
  }

  patch<T>(path: string, body: object): Promise<T> {
    return this.#call("PATCH", path, body);
  }

  async delete(path: string): Promise<void> {
    await this.#call("DELETE", path);
  }

  /** The bytes of a snapshot. */
  async download(path: string): Promise<Buffer> {
    const response = await this.#fetch("GET", path);
    return Buffer.from(await response.arrayBuffer());
  }

  async upload(path: string, bytes: Uint8Array): Promise<void> {
    const type = { "content-type": "application/octet-stream" };
    await this.#fetch("PUT", path, type, bytes as Uint8Array<ArrayBuffer>);
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const json = body && JSON.stringify(body);
    const response = await this.#fetch(method, path, json ? { "content-type": "application/json" } : {}, json);
    const text = await response.text();
    return (text && JSON.parse(text)) as T;
  }

  async #fetch(method: string, path: string, headers = {}, body?: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    const call = `${method} ${path}`;
    let response;
    try {
      response = await fetch(this.#base + path, { method, headers, body });
    } catch (error) {
      throw new Error(`${call}: the test server does not answer; has it been stopped?`, { cause: error });
    }
    if (response.ok) return response;
    const text = await response.text();
    let complaint = { field: "", message: text };
    try {
      complaint = (JSON.parse(text) as { error: typeof complaint }).error;
    } catch {
      // Not the API's own answer: shown as it is.
    }
    throw new ControlError(call, response.status, complaint.field, complaint.message);
  }
}
