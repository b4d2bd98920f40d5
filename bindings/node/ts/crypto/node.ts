// Node's cryptography, loaded when something first needs it: it is 5 ms and 2 MB, and few programs do.
export const nodeCrypto = (): typeof import("node:crypto") => require("node:crypto") as typeof import("node:crypto");
