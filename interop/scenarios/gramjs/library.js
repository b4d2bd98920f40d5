// The library a scenario runs with: GramJS, or with LIBRARY one of its older versions or descendants.
"use strict";

const LIBRARY = process.env.LIBRARY ?? "telegram";

/** GramJS keeps its layer in one module, teleproto has moved it to another. */
function layerOf(library) {
  for (const module of ["tl/AllTLObjects", "tl"]) {
    try {
      const { LAYER } = require(`${library}/${module}`);
      if (LAYER) return LAYER;
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new Error(`${library} does not say which layer it speaks`);
}

module.exports = { LIBRARY, LAYER: layerOf(LIBRARY) };
