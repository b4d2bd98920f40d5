// How packets are framed: classes that stand for what the engine has.
//
// In GramJS these carry the bytes themselves. Here the engine does, and a class only says which framing is wanted; so a
// class of one's own, with a framing of its own, has no place in a client.

/** The framings of the engine. */
export type Transport = "abridged" | "intermediate" | "full";

/** A way to frame packets: what the option `connection` takes. Only the classes are of use, never an object of one. */
export abstract class Connection {
  /** The framing it stands for. */
  static readonly transport: Transport | undefined = undefined;
  /** Whether packets are made to look like noise. */
  static readonly obfuscated: boolean = false;

  constructor() {
    throw new Error(
      `${new.target.name} stands for a framing, and has no objects here: give the class itself as the option connection`,
    );
  }
}
