// Buttons: made by bots, seen and pressed by people.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Api, client, connected, load, serve } from "./world.mjs";

const { Button } = load("tl/custom/button");
const { buildReplyMarkup } = load("client/buttons");
const server = await serve({ after });
const ann = await connected({ after }, server, await server.addUser({ firstName: "Ann", username: "ann_archer" }));
const { id: botId, token } = await server.addBot("Helper", "helper_bot");
const bot = await client({ after }, server);
await bot.start({ botAuthToken: token });
await ann.sendMessage("helper_bot", { message: "/start" });

const rows = ({ rows }) => rows.map(({ buttons }) => buttons.map(({ text }) => text));

test("one button, a row and rows make a keyboard of their kind", () => {
  const [a, b, c] = ["a", "b", "c"].map((text) => Button.inline(text, Buffer.from(text)));
  assert.deepEqual(rows(buildReplyMarkup(a)), [["a"]]);
  assert.deepEqual(rows(buildReplyMarkup([a, b])), [["a", "b"]]);
  assert.deepEqual(rows(buildReplyMarkup([[a, b], [c]])), [["a", "b"], ["c"]]);
  assert.equal(buildReplyMarkup([a]).className, "ReplyInlineMarkup");
  const normal = buildReplyMarkup([Button.text("yes", true, true, true), Button.requestPhone("phone"), Button.requestLocation("place")]);
  assert.equal(normal.className, "ReplyKeyboardMarkup");
  assert.deepEqual([normal.resize, normal.singleUse, normal.selective], [true, true, true]);
  assert.equal(buildReplyMarkup(undefined), undefined);
  assert.equal(buildReplyMarkup(normal), normal);
  assert.equal(Button.clear().className, "ReplyKeyboardHide");
  assert.equal(Button.forceReply().className, "ReplyKeyboardForceReply");
});

test("kinds of buttons cannot be mixed, and data has a bound", () => {
  const mixed = [Button.inline("a"), Button.text("b")];
  assert.throws(() => buildReplyMarkup(mixed), /cannot mix/);
  assert.throws(() => buildReplyMarkup(mixed.map((one) => [one])), /cannot mix/);
  assert.throws(() => buildReplyMarkup(Button.text("b"), true), /non-inline/);
  assert.throws(() => Button.inline("a", Buffer.alloc(65)), /Too many bytes for the data: 65/);
});

test("a person sees a bot's buttons and presses one by place, text, filter or data", async () => {
  await bot.sendMessage("ann_archer", {
    message: "choose",
    buttons: [[Button.inline("Yes", Buffer.from("y")), Button.url("Site", "https://example.org")], [Button.switchInline("Ask", "query")]],
  });
  const [message] = await ann.getMessages("helper_bot", { limit: 1 });
  assert.equal(message.buttonCount, 3);
  assert.deepEqual(message.buttons.map((row) => row.map((button) => button.text)), [["Yes", "Site"], ["Ask"]]);
  const [[yes, site], [ask]] = await message.getButtons();
  assert.deepEqual([yes.data?.toString(), site.url, ask.inlineQuery, yes.url], ["y", "https://example.org", "query", undefined]);
  assert.equal(await message.click({ i: 1 }), "https://example.org");
  assert.equal(await message.click({ i: 0, j: 1 }), "https://example.org");
  assert.equal(await message.click({ text: "Site" }), "https://example.org");
  assert.equal(await message.click({ text: (text) => text.startsWith("S") }), "https://example.org");
  assert.equal(await message.click({ filter: (button) => button.url }), "https://example.org");
  assert.equal(await message.click({ text: "No such" }), undefined);

  const pressed = answerNext("pressed");
  const answer = await message.click({ text: "Yes" });
  assert.equal(answer.className, "messages.BotCallbackAnswer");
  assert.equal(answer.message, "pressed");
  assert.equal((await pressed).data.toString(), "y");
  const again = answerNext("by data");
  assert.equal((await message.click({ data: Buffer.from("y") })).message, "by data");
  await again;
});

test("a button in place of the keyboard sends its text, or a phone number when that is allowed", async () => {
  await bot.sendMessage("ann_archer", { message: "keyboard", buttons: [Button.text("Hello"), Button.requestPhone("Phone")] });
  const [message] = await ann.getMessages("helper_bot", { limit: 1 });
  const sent = await message.click({ i: 0 });
  assert.deepEqual([sent.message, sent.className], ["Hello", "Message"]);
  await assert.rejects(message.click({ i: 1 }), /sharePhone=true/);
});

test("a message's buttons stay when its text is changed, and can be taken away", async () => {
  const sent = await bot.sendMessage("ann_archer", { message: "before", buttons: Button.inline("Keep") });
  const edited = await sent.edit({ text: "after" });
  assert.deepEqual([edited.message, rows(edited.replyMarkup)], ["after", [["Keep"]]]);
});

async function answerNext(text) {
  const update = await new Promise((resolve) => {
    const handler = (update) => {
      if (update.className !== "UpdateBotCallbackQuery") return;
      bot.removeEventHandler(handler, undefined);
      resolve(update);
    };
    bot.addEventHandler(handler);
  });
  await bot.invoke(new Api.messages.SetBotCallbackAnswer({ queryId: update.queryId, message: text, cacheTime: 0 }));
  return update;
}
assert.ok(botId);
