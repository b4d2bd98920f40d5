// Runs one of the page's code blocks, unaltered, and compares what it prints.
//
//   node run_block.js js|ts logged-in|without-fixture|no-session [heliogram]
//
// With `heliogram`, `telegram` is an alias of our package, and what it prints is held against what GramJS prints there. The TypeScript block runs transpiled: types.js shows why it would not compile with GramJS's types. On GramJS a
// block that succeeds never ends by itself, because it keeps pinging, so it is killed once it has printed
// its result; on our package it has to end. One that fails ends with an unhandled rejection.
"use strict";
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { runInNewContext } = require("node:vm");
const { addUser, inbox, mintSession, scenario, step } = require("../gramjs/world");
const { block } = require("./block");
const { project } = require("./project");
const { shape } = require("./shape");

const GIVE_UP_AFTER = 20_000; // ms; within the scenario's own timeout, so that what was printed is shown
const OBJECT = /^\{$[^]*^\}$/m;
const [language, situation, library = "gramjs"] = process.argv.slice(2);

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

/** Everything the block prints, until it ends (on GramJS: or has printed an object), or takes too long. */
function run(telegram, source, session) {
  const { file, preload, remove } = project(telegram, { "block.js": source });
  const { NODE_PATH, ...env } = { ...process.env, ...(session && { HELIOGRAM_SESSION: session }) };
  const child = spawn(process.execPath, ["-r", preload, file("block.js")], { env, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let printed = "";
    const alarm = setTimeout(() => child.kill("SIGKILL"), GIVE_UP_AFTER);
    const take = (chunk) => {
      printed += chunk;
      if (telegram === "gramjs" && OBJECT.test(printed)) child.kill("SIGKILL");
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(alarm);
      remove();
      resolve({ printed, code });
    });
  });
}

const situations = {
  async "logged-in"() {
    const phone = process.env.HELIOGRAM_FIXTURE_PHONE;
    const { printed, code } = await run(library, program(), await mintSession(phone));
    assert.match(printed, /className: 'auth\.SentCode'/, printed);
    assert.match(printed, /className: 'auth\.SentCodeTypeSms'/, printed);
    assert.match(printed, /phoneCodeHash: '\w+'/, printed);
    step(`printed ${OBJECT.exec(printed)[0].replace(/\s+/g, " ")}`);
    assert.equal((await inbox(phone)).at(-1)?.kind, "sms", "no text message reached the phone");
    step("and the code reached the phone");
    if (library === "gramjs") return;
    assert.equal(code, 0, "it did not end by itself");
    const theirs = await run("gramjs", program(), await mintSession(phone));
    assert.deepEqual(shapeOf(printed), shapeOf(theirs.printed));
    step("with the same fields in the same order, and values of the same kinds, as GramJS prints");
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

/** The shape of the one object that was printed. */
function shapeOf(printed) {
  return shape(runInNewContext(`(${OBJECT.exec(printed)[0]})`));
}

async function rejects(error, session) {
  const { printed, code } = await run(library, program(), session);
  assert.ok(printed.includes(`${error} (caused by account.SendConfirmPhoneCode)`), printed);
  assert.equal(code, 1, printed);
  step(`ended with ${error}`);
}

scenario(situations[situation]);
