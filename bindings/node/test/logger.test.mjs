// What a client says beside its answers.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test, { after } from "node:test";
import { Api, API_HASH, connected, DIST, load, serve } from "./world.mjs";

const server = await serve({ after });
const { Logger, LogLevel } = load("extensions/Logger");

/** A logger that keeps what it is told. */
class Kept extends Logger {
  lines = [];
  log(level, message) {
    this.lines.push([level, message]);
  }
}

const waited = async (t, baseLogger) => {
  const client = await connected(t, server, undefined, { baseLogger });
  await server.rules.add({ method: "help.getNearestDc", error: { code: 420, name: "FLOOD_WAIT_1" }, times: 1 });
  await client.invoke(new Api.help.GetNearestDc());
  await new Promise((resolve) => setTimeout(resolve, 20));
  return client;
};

test("what the engine says reaches the logger that the client was given", async (t) => {
  const logger = new Kept();
  await waited(t, logger);
  const said = logger.lines.find(([, message]) => message.includes("waiting"));
  assert.deepEqual(said?.[0], LogLevel.INFO, JSON.stringify(logger.lines));
  assert.match(said[1], /^waiting 1 s before the next try \(.*help\.getNearestDc.*FLOOD_WAIT_1/);
});

test("nothing below the level is told, and setLogLevel changes it on the way", async (t) => {
  const logger = new Kept(LogLevel.ERROR);
  const client = await waited(t, logger);
  assert.deepEqual(logger.lines, []);
  client.setLogLevel(LogLevel.DEBUG);
  await client.invoke(new Api.help.GetConfig());
  await waited(t, logger);
  assert.ok(logger.lines.some(([level]) => level === LogLevel.INFO), JSON.stringify(logger.lines));
  assert.equal(client.logger, logger);
  assert.equal(logger.logLevel, LogLevel.DEBUG);
});

test("no key, session or hash is ever said, with everything said", async (t) => {
  const logger = new Kept(LogLevel.DEBUG);
  const client = await waited(t, logger);
  await client.disconnect();
  const said = logger.lines.map(([, message]) => message).join("\n");
  assert.ok(said.length > 0);
  assert.ok(!said.includes(API_HASH) && !said.includes(client.session.save()), said);
  assert.doesNotMatch(said, /[0-9a-f]{64}|auth_key: \[|, \d+, \d+, \d+, \d+, \d+, \d+/i);
});

test("a plain logger prints a line in GramJS's form", () => {
  const script = `
    const { Logger } = require(${JSON.stringify(`${DIST}extensions/Logger`)});
    const logger = new Logger();
    logger.info("told"); logger.debug("not told"); logger.setLevel("debug"); logger.debug("told $&");
  `;
  const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.length, 2, stdout);
  assert.match(lines[0], /^\x1b\[33m\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\] \[INFO\] - \[told\]\x1b\[0m$/);
  assert.match(lines[1], /\[DEBUG\] - \[told \$&\]/);
});

test("two clients with plain loggers say it once", () => {
  const script = `
    const { TelegramClient, sessions, Api } = require(${JSON.stringify(DIST)});
    const options = { network: process.argv[1], timeout: 1, connectionRetries: 1, retryDelay: 10 };
    const clients = [1, 2].map(() => new TelegramClient(new sessions.StringSession(""), 1, "h", options));
    clients[0].connect().catch(() => {});
  `;
  const nowhere = JSON.stringify({ ...server.ready, mtproto: "127.0.0.1:1", dcs: undefined });
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script, nowhere], { encoding: "utf8" });
  assert.equal(stdout.match(/connecting again/g)?.length, 1, stdout + stderr);
});

test("GramJS's own kind of logger is taken: an object with its methods", async (t) => {
  const lines = [];
  const say = (message) => lines.push(message);
  const logger = { error: say, warn: say, info: say, debug: say, canSend: (level) => level === "info", setLevel() {} };
  await waited(t, logger);
  assert.ok(lines.some((line) => line.includes("waiting")), String(lines));
});

test("errors of nobody's promise go to onError, or else to the logger", async (t) => {
  const logger = new Kept();
  const client = await connected(t, server, undefined, { baseLogger: logger });
  await client._tellError(new Error("first"));
  assert.match(logger.lines[0][1], /first/);
  const told = [];
  client.onError = async (error) => told.push(error.message);
  await client._tellError(new Error("second"));
  assert.deepEqual(told, ["second"]);
  client.onError = () => {
    throw new Error("and this");
  };
  await client._tellError(new Error("third"));
  assert.match(logger.lines.at(-1)[1], /and this.*third/s);
});
