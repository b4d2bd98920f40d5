// Runs one of the page's code blocks, unaltered, and compares what it prints.
//
//   node run_block.js js|ts logged-in|without-fixture|no-session
//
// The TypeScript block runs transpiled: types.js shows why it would not compile. A block that
// succeeds never ends by itself, because GramJS keeps pinging, so it is killed once it has printed
// its result; one that fails ends with an unhandled rejection.
"use strict";
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { addUser, inbox, mintSession, scenario, step } = require("../gramjs/world");
const { block } = require("./block");

const PRELOAD = join(__dirname, "../../preload.cjs");
const GIVE_UP_AFTER = 20_000; // ms; within the scenario's own timeout, so that what was printed is shown
const [language, situation] = process.argv.slice(2);

/** The JavaScript to run: the block itself, or what TypeScript makes of it without looking at types. */
function program() {
  const source = block(language);
  if (language === "js") return source;
  const ts = require("typescript");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020 },
  });
  return outputText;
}

/** Everything the block prints, until it has printed an object, or ended, or taken too long. */
function run(source, session) {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  const file = join(folder, "block.js");
  writeFileSync(file, source);
  const env = { ...process.env, ...(session && { HELIOGRAM_SESSION: session }) };
  const child = spawn(process.execPath, ["-r", PRELOAD, file], { env, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let printed = "";
    const alarm = setTimeout(() => child.kill("SIGKILL"), GIVE_UP_AFTER);
    const take = (chunk) => {
      printed += chunk;
      if (/^\{$[^]*^\}$/m.test(printed)) child.kill("SIGKILL");
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(alarm);
      rmSync(folder, { recursive: true });
      resolve({ printed, code });
    });
  });
}

const situations = {
  async "logged-in"() {
    const phone = process.env.HELIOGRAM_FIXTURE_PHONE;
    const { printed } = await run(program(), await mintSession(phone));
    assert.match(printed, /className: 'auth\.SentCode'/, printed);
    assert.match(printed, /className: 'auth\.SentCodeTypeSms'/, printed);
    assert.match(printed, /phoneCodeHash: '\w+'/, printed);
    step(`printed ${/^\{$[^]*^\}$/m.exec(printed)[0].replace(/\s+/g, " ")}`);
    assert.equal((await inbox(phone)).at(-1)?.kind, "sms", "no text message reached the phone");
    step("and the code reached the phone");
  },

  async "without-fixture"() {
    const phone = "9996621020";
    await addUser({ phone, first_name: "Page" });
    await rejects("400: HASH_INVALID", await mintSession(phone));
  },

  async "no-session"() {
    await rejects("401: AUTH_KEY_UNREGISTERED");
  },
};

async function rejects(error, session) {
  const { printed, code } = await run(program(), session);
  assert.ok(printed.includes(`${error} (caused by account.SendConfirmPhoneCode)`), printed);
  assert.equal(code, 1, printed);
  step(`ended with ${error}`);
}

scenario(situations[situation]);
