// The code blocks of the reference page, read out of it byte for byte.
"use strict";
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");

/** The one fenced block of this language ("js" or "ts") on the page; prints its SHA-256. */
function block(language) {
  const page = readFileSync(process.env.HELIOGRAM_PAGE, "utf8");
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map((match) => match[1]);
  if (blocks.length !== 1) throw new Error(`the page has ${blocks.length} blocks of ${language}, not one`);
  const sha256 = createHash("sha256").update(blocks[0]).digest("hex");
  console.log(`- ${language} block: ${blocks[0].length} characters, SHA-256 ${sha256}`);
  return blocks[0];
}

module.exports = { block };
