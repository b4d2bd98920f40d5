// Which servers clients go to that name none.

let chosen: string | undefined;

/** Sends every client of this process that names no network to this one: the text of a ready file. */
export function setDefaultNetwork(network: string | undefined): void {
  chosen = network;
}

export function defaultNetwork(): string | undefined {
  return chosen;
}
