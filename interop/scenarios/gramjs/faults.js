// What GramJS does when something goes wrong: every fault of `POST /v1/faults` reaches it, and it was seen to do this.
//
// Each fault strikes a client of its own, once, at auth.sendCode, whose effect can be counted: each execution leaves a
// code in an inbox. All run at the same time, so the whole takes as long as the most patient one. What is expected
// here is what was observed, good or bad; docs/faults.md tells it in words.
"use strict";

const { ConnectionToOurs, Api, addUser, assert, connected, control, inbox, mintSession, scenario } = require("./world.js");

const SILENCE = "silence";

// `first`: what the struck call gave, where the fault strikes an earlier one; `answer`: what auth.sendCode gave;
// `codes`: how often it took effect; `dials`: how many more connections were made; `next`: what the next call gave.
const CALLS = [
  { fault: { kind: "flood_wait", seconds: 1 }, expected: { answer: "answer", codes: 1, dials: 0 } },
  { fault: { kind: "flood_wait", seconds: 4000 }, expected: { answer: "FloodWaitError 420 FLOOD 4000", codes: 0 } },
  {
    fault: { kind: "migrate", what: "file", dc: 4 },
    expected: {
      answer: "FileMigrateError 303 The file to be accessed is currently stored in DC 4 (caused by auth.SendCode)",
      codes: 0,
    },
  },
  { fault: { kind: "internal_error" }, expected: { answer: "answer", codes: 1, dials: 0 } },
  { fault: { kind: "timeout" }, expected: { answer: "RPCError -503 Timeout", codes: 0 } },
  { fault: { kind: "delay", milliseconds: 3000 }, expected: { answer: "answer", codes: 1, dials: 0 } },
  // It has no patience to lose: it waits for ever, and the call stays undone, or done and unanswered.
  { fault: { kind: "drop_request" }, expected: { answer: SILENCE, codes: 0, dials: 0, next: "answer" } },
  { fault: { kind: "drop_reply" }, expected: { answer: SILENCE, codes: 1, dials: 0, next: "answer" } },
  // It connects again and calls again under a new number: twice.
  { fault: { kind: "close_mid_frame" }, expected: { answer: "answer", codes: 2, dials: 1, next: "answer" } },
  { fault: { kind: "cut_after", bytes: 30 }, expected: { answer: "answer", codes: 2, dials: 1, next: "answer" } },
  // It puts the packet aside without a word and keeps the connection.
  { fault: { kind: "wrong_msg_key" }, expected: { answer: SILENCE, codes: 1, dials: 0, next: "answer" } },
  { fault: { kind: "transport_error", code: -404 }, expected: { answer: "answer", codes: 1, dials: 1, next: "answer" } },
  { fault: { kind: "transport_error", code: -429 }, expected: { answer: "answer", codes: 1, dials: 1, next: "answer" } },
  { fault: { kind: "transport_error", code: -444 }, expected: { answer: "answer", codes: 1, dials: 1, next: "answer" } },
  { fault: { kind: "bad_server_salt" }, expected: { answer: "answer", codes: 1, dials: 0, next: "answer" } },
  { fault: { kind: "salt_rotation" }, expected: { answer: "answer", codes: 1, dials: 0, next: "answer" } },
  // The call under way when the session begins again is never answered, nor sent again.
  { fault: { kind: "new_session_created" }, during: 1000, expected: { first: "answer", answer: SILENCE, codes: 1, next: "answer" } },
  {
    fault: { kind: "slow_acks", milliseconds: 60000 },
    then: { kind: "delay", milliseconds: 3000 },
    expected: { first: "answer", answer: "answer", codes: 1, dials: 0 },
  },
  {
    fault: { kind: "lost_acks" },
    then: { kind: "delay", milliseconds: 3000 },
    expected: { first: "answer", answer: "answer", codes: 1, dials: 0 },
  },
  { fault: { kind: "strict_seq_no" }, early: true, expected: { first: "answer", answer: "answer", codes: 1, next: "answer" } },
  {
    fault: { kind: "session_revoked" },
    early: true,
    expected: { first: "RPCError 401 SESSION_REVOKED", next: "RPCError 401 SESSION_REVOKED" },
  },
];

// `messages`: how often each of three messages came; the fault strikes the first.
const UPDATES = [
  { fault: { kind: "duplicate_update" }, expected: { messages: [2, 1, 1] } },
  { fault: { kind: "pts_gap" }, expected: { messages: [0, 1, 1] } },
  { fault: { kind: "updates_too_long" }, expected: { messages: [0, 1, 1] } },
];

/** What a promise comes to, in a few words. */
async function within(seconds, promise) {
  const late = new Promise((resolve) => setTimeout(() => resolve(SILENCE), seconds * 1000));
  const said = promise.then(
    () => "answer",
    (error) => [error.constructor.name, error.code, error.errorMessage ?? error.message, error.seconds].filter((x) => x !== undefined).join(" ")
  );
  return Promise.race([said, late]);
}

const sendCode = (phone) => new Api.auth.SendCode({ phoneNumber: phone, apiId: 1, apiHash: "hash", settings: new Api.CodeSettings({}) });
const getSelf = () => new Api.users.GetUsers({ id: [new Api.InputUserSelf()] });

/** A client that counts the connections it makes. */
async function counting(phone) {
  const dials = { count: 0 };
  class Counted extends ConnectionToOurs {
    async connect(timeout) {
      dials.count += 1;
      return super.connect(timeout);
    }
  }
  const client = await connected(await mintSession(phone), { connection: Counted });
  dials.count = 0;
  return { client, dials };
}

async function people(number) {
  const [phone, called] = [`99966211${number}`, `99966222${number}`];
  const { id } = await addUser({ phone, first_name: "Ada" });
  await addUser({ phone: called, first_name: "Bob" });
  return { id, phone, called };
}

const codesAt = async (phone) => (await inbox(phone)).filter((item) => item.kind !== "notice").length;

async function call({ fault, then, during, early = Boolean(then || during) }, number) {
  const { id, phone, called } = await people(number);
  const { client, dials } = await counting(phone);
  const strike = (what, method) => control("POST", "/v1/faults", { ...what, method, user_id: id, times: 1 });
  let earlier;
  if (during) {
    // A call that is under way when the session begins again.
    await strike({ kind: "delay", milliseconds: during }, "auth.sendCode");
    earlier = within(15, client.invoke(sendCode(called)));
  }
  const made = await strike(fault, early ? "users.getUsers" : "auth.sendCode");
  const first = early ? await within(5, client.invoke(getSelf())) : undefined;
  if (then) await strike(then, "auth.sendCode");
  const begun = Date.now();
  const answer = await (earlier ?? within(15, client.invoke(sendCode(called))));
  const seconds = Math.round((Date.now() - begun) / 1000);
  const { struck } = await control("GET", `/v1/faults/${made.id}`);
  const next = await within(10, client.invoke(getSelf()));
  return { struck, first, answer, seconds, codes: await codesAt(called), dials: dials.count, next };
}

async function updates({ fault }, number) {
  const { id, phone, called } = await people(number);
  const { client } = await counting(phone);
  const caller = (await counting(called)).client;
  const came = [];
  client.addEventHandler((update) => {
    const message = update?.message?.message;
    if (message) came.push(/\d{5,7}/.exec(message)[0]);
  });
  await client.invoke(new Api.updates.GetState());
  const made = await control("POST", "/v1/faults", { ...fault, user_id: id, times: 1 });
  for (let n = 0; n < 3; n++) {
    await caller.invoke(sendCode(phone));
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await new Promise((resolve) => setTimeout(resolve, 8000));
  const { struck } = await control("GET", `/v1/faults/${made.id}`);
  const sent = (await inbox(phone)).map((item) => /\d{5,7}/.exec(item.text)?.[0]).filter(Boolean);
  const messages = [...new Set(sent)].map((code) => came.filter((one) => one === code).length);
  return { struck, messages };
}

scenario(async () => {
  const rows = [
    ...CALLS.map((row) => [row, call]),
    ...UPDATES.map((row) => [row, updates]),
  ];
  const only = process.env.FAULT;
  const all = rows.map(async ([row, observe], index) => {
    if (only && row.fault.kind !== only) return;
    const seen = await observe(row, 10 + index).catch((error) => ({ failed: String(error.stack ?? error) }));
    console.log(JSON.stringify(row.fault), JSON.stringify(seen));
    return [row, seen];
  });
  const wrong = [];
  for (const [row, seen] of (await Promise.all(all)).filter(Boolean)) {
    const name = JSON.stringify(row.fault);
    if (seen.failed || seen.struck !== 1) wrong.push(`${name} did not reach the client once: ${JSON.stringify(seen)}`);
    for (const [what, expected] of Object.entries(row.expected)) {
      const [got, wanted] = [JSON.stringify(seen[what]), JSON.stringify(expected)];
      if (got !== wanted) wrong.push(`${name}: ${what} is ${got}, and was ${wanted} when this was written`);
    }
  }
  assert.deepEqual(wrong, []);
});
