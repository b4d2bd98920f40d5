// What a client needs of a session.

export abstract class Session {
  /** The session as a string; a secret. */
  abstract save(): unknown;
}
