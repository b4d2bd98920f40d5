// The one event that is not the server's.

/**
 * Told to handlers of `Raw` when the client has connected, and when the connection has ended for good or by
 * `disconnect`. One that breaks meanwhile is mended without being told.
 */
export class UpdateConnectionState {
  static readonly disconnected = -1;
  static readonly connected = 1;
  /** Never told here: see above. */
  static readonly broken = 0;

  state: number;

  constructor(state: number) {
    this.state = state;
  }
}
