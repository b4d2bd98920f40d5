// Markdown and HTML, held against GramJS's parsers where their rules are one.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { plain, requireTheirs } from "./gramjs.mjs";
import { Api, connected, load, serve } from "./world.mjs";

const { MarkdownParser } = load("extensions/markdown");
const { MarkdownV2Parser } = load("extensions/markdownv2");
const { HTMLParser } = load("extensions/html");
const theirs = {
  markdown: requireTheirs("telegram/extensions/markdown").MarkdownParser,
  html: requireTheirs("telegram/extensions/html").HTMLParser,
  v2: requireTheirs("telegram/extensions/markdownv2").MarkdownV2Parser,
};

/** Which of several equal places comes first is no matter. */
const sorted = ([text, entities]) => [text, plain(entities).sort((a, b) => a.offset - b.offset || a.className.localeCompare(b.className))];
const agree = (ours, other, texts) => {
  for (const text of texts) assert.deepEqual(sorted(ours.parse(text)), sorted(other.parse(text)), text);
};

test("Markdown is read as GramJS reads it", () => {
  agree(MarkdownParser, theirs.markdown, [
    "plain",
    "**bold** and __italic__ and ~~gone~~ and `code`",
    "👍 **after an emoji**",
    "**bold __and italic__ in it**",
    "",
  ]);
});

test("a mark that is alone stays, and a link is one, where GramJS loses the one and knows no other", () => {
  const [text, [link]] = MarkdownParser.parse("before [link](https://example.org/a?b=c) **after**");
  assert.deepEqual([text, link.className, link.url, link.offset, link.length], ["before link after", "MessageEntityTextUrl", "https://example.org/a?b=c", 7, 4]);
  assert.deepEqual(MarkdownParser.parse("a ** b"), ["a ** b", []]);
});

test("HTML is read as GramJS reads it", () => {
  agree(HTMLParser, theirs.html, [
    "plain &amp; &lt;simple&gt;",
    "<b>bold</b> <i>italic</i> <u>under</u> <s>gone</s> <code>code</code>",
    "<strong>bold</strong> <em>italic</em> <del>gone</del>",
    "👍 <b>after <i>an emoji</i></b>",
    '<a href="https://example.org">link</a>',
    '<pre><code class="language-rust">let a;</code></pre>',
    "<blockquote>said</blockquote>",
    "<spoiler>hidden</spoiler>",
  ]);
});

test("the second Markdown is read and written as GramJS does", () => {
  agree(MarkdownV2Parser, theirs.v2, ["*bold* -italic- __under__ ~gone~", "`code` ||hidden||", "[link](https://example.org)", "![👍](tg://emoji?id=5)"]);
  for (const text of ["*bold* and `code`", "-italic- __under__ ~gone~", "||hidden||", "[link](https://example.org)"]) {
    assert.equal(MarkdownV2Parser.unparse(...MarkdownV2Parser.parse(text)), text);
  }
});

test("what was read is written again", () => {
  for (const text of ["**bold** __italic__ ~~gone~~ `code` [link](https://example.org)", "👍 **a __b__**", "--under-- ||hidden||"]) {
    assert.equal(MarkdownParser.unparse(...MarkdownParser.parse(text)), text);
  }
  const html = '<strong>a &lt; b</strong> <a href="https://example.org">link</a>';
  assert.equal(HTMLParser.unparse(...HTMLParser.parse(html)), html);
  assert.equal(HTMLParser.unparse("plain", undefined), "plain");
});

test("an entity that is none is an error that says where", () => {
  assert.throws(() => MarkdownParser.unparse("text", [new Api.InputPeerSelf()]), /entities/);
  assert.throws(() => MarkdownParser.unparse("text", [new Api.MessageEntityBold({ offset: 0 })]), /length/);
});

test("the parse mode of a client holds for what it sends and shows", async () => {
  const server = await serve({ after });
  const client = await connected({ after }, server, await server.addUser("Ann"));
  const sent = async (message, more) => client.sendMessage("me", { message, ...more });
  assert.equal(client.parseMode, MarkdownParser);
  assert.equal((await sent("**a**")).message, "a");
  client.setParseMode("html");
  assert.equal(client.parseMode, HTMLParser);
  const bold = await sent("<b>a</b>");
  assert.deepEqual([bold.message, bold.text], ["a", "<strong>a</strong>"]);
  assert.equal((await sent("**a**", { parseMode: "md" })).message, "a");
  assert.equal((await sent("<b>a</b>", { parseMode: false })).message, "<b>a</b>");
  const own = { parse: (text) => [text.toUpperCase(), []], unparse: (text) => `own ${text}` };
  assert.deepEqual([(await sent("a", { parseMode: own })).message, (await sent("b")).message], ["A", "b"]);
  client.setParseMode(own);
  assert.equal((await sent("c")).text, "own C");
  client.setParseMode(undefined);
  assert.equal(client.parseMode, undefined);
  assert.equal((await sent("**a**")).text, "**a**");
  const entities = [new Api.MessageEntityItalic({ offset: 0, length: 2 })];
  assert.equal((await sent("**a**", { parseMode: "md", formattingEntities: entities })).message, "**a**");
  assert.throws(() => client.setParseMode("rst"), /Invalid parse mode type rst/);
});

test("a mention in the markup becomes one that the server takes, and whom nobody knows stays text", async () => {
  const server = await serve({ after });
  const bea = await server.addUser({ firstName: "Bea", username: "bea_baker" });
  const client = await connected({ after }, server, await server.addUser("Ann"));
  await client.getInputEntity("bea_baker");
  const message = `[Bea](tg://user?id=${bea.id}) and [again](@bea_baker) and [nobody](@nobody_there)`;
  const sent = await client.sendMessage("me", { message });
  const mentions = sent.getEntitiesText(Api.MessageEntityMentionName);
  assert.deepEqual(mentions.map(([entity, text]) => [`${entity.userId}`, text]), [[`${bea.id}`, "Bea"], [`${bea.id}`, "again"]]);
  assert.equal(sent.message, "Bea and again and nobody");
});
