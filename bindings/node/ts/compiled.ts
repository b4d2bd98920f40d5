// Where the compiled parts are: the addon and the program.
//
// They are in a package for this platform (`@heliogram/<platform>-<processor>-<libc>`), which npm installs beside this
// one; in a clone, in what `npm run build` has put into npm/.
import { existsSync } from "node:fs";
import { join } from "node:path";

const platform = `${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;
const inClone = join(__dirname, "..", "npm", platform);

/** The folder with the addon and the program. */
export function platformFolder(): string {
  if (existsSync(join(inClone, "heliogram.node"))) return inClone;
  try {
    return join(require.resolve(`@heliogram/${platform}/package.json`), "..");
  } catch {
    throw new Error(
      `heliogram has no program for ${platform} here: the package @heliogram/${platform} is not installed. ` +
        "Install without --omit=optional; where there is no such package, build one from a clone with `npm run build`.",
    );
  }
}

/** The program `heliogram`: the one that HELIOGRAM_BIN names, or the one that came with this package. */
export function programFile(): string {
  return process.env.HELIOGRAM_BIN || join(platformFolder(), process.platform === "win32" ? "heliogram.exe" : "heliogram");
}
