// Which version of this package.

/** The version of this package; GramJS's own numbers have nothing to do with it. */
export const version: string = (require("./package.json") as { version: string }).version;
