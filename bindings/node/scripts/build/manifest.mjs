// The package.json that is published: ours without what is only for work on it, and with what depends on the build.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const read = (file) => JSON.parse(readFileSync(file, "utf8"));

/** The manifest of the package that stands in `dist`, from the one in `here`. */
export function publishedManifest(here, dist) {
  const { scripts, devDependencies, private: ours, ...manifest } = read(join(here, "package.json"));
  const platforms = readdirSync(join(here, "npm")).map((platform) => read(join(here, "npm", platform, "package.json")));
  return {
    ...manifest,
    exports: exportsOf(dist),
    optionalDependencies: Object.fromEntries(platforms.map(({ name, version }) => [name, version])),
  };
}

/**
 * Every module by its path, as in a package without this map, which GramJS is: with and without `.js`, a folder by its
 * name or its index. `import` has no folders without it.
 */
function exportsOf(dist) {
  const folders = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(dist.length + 1))
    .filter((folder) => existsSync(join(dist, folder, "index.js")));
  return {
    ".": "./index.js",
    ...Object.fromEntries(folders.sort().map((folder) => [`./${folder}`, `./${folder}/index.js`])),
    "./package.json": "./package.json",
    "./migrate/*": null, // the command's own
    "./*.js": "./*.js",
    "./*": "./*.js",
  };
}
