// The seven-day wait on the dashboard: an account is made by a form, a client asks for its deletion, the
// countdown is there, the clock is moved by a button, the account is gone. HANDS says who does it: a
// mouse, a keyboard, or a mouse in a browser without scripts.
"use strict";

const { Api, assert, connected, raises, scenario, step } = require("../gramjs/world");
const { WAIT, askForDeletion, password } = require("../gramjs/deletion");
const { Keyboard, Mouse, Plain, chromium, newTab } = require("./browser");

const phone = "9996621060";
const kinds = { mouse: Mouse, keyboard: Keyboard, plain: Plain };
const kind = process.env.HANDS ?? "mouse";

scenario(async () => {
  const browser = await chromium();
  const page = await newTab(browser, { script: kind !== "plain" });
  const hands = new kinds[kind](page);
  await page.visit("/");

  if (kind === "keyboard") await skipLinkLeadsToThePage(page);
  await hands.fill("Phone", phone);
  await hands.fill("First name", "Ada");
  await hands.fill("2FA password", password);
  await hands.press("Create");
  assert.equal(await page.$eval("h1", (h1) => h1.textContent), "Ada");
  step("a form made the account");

  // The password has to be older than the seven days of the rule.
  await hands.press("Advance the clock 7 days");
  await hands.press("Advance the clock 1 day");

  await hands.choose("Format", "gramjs");
  await hands.press("Make a session");
  const session = await page.$eval("#gift", (gift) => gift.textContent);
  const owner = await connected(session, { keyless: true });
  assert.equal((await owner.getMe()).phone, phone);
  await hands.follow("Accounts");
  await hands.follow("Ada");
  await hands.sees("GramJS");
  step("a client runs with the session of the page");

  const requester = await connected();
  const { phoneCodeHash } = await requester.invoke(
    new Api.auth.SendCode({
      phoneNumber: phone, apiId: requester.apiId, apiHash: requester.apiHash, settings: new Api.CodeSettings({}),
    })
  );
  await hands.follow(`+${phone}`);
  const phoneCode = await page.$eval(".code", (code) => code.textContent);
  const signIn = new Api.auth.SignIn({ phoneNumber: phone, phoneCodeHash, phoneCode });
  await raises(401, "SESSION_PASSWORD_NEEDED", requester.invoke(signIn));
  step("the code was read from the phone");

  await hands.follow("Accounts");
  await hands.misses("deletion");
  await raises(420, `2FA_CONFIRM_WAIT_${WAIT}`, askForDeletion(requester));
  await hands.sees("deletion in ");
  step("the countdown is there");
  if (kind !== "plain") await itTicks(page);

  await hands.follow("Journal");
  await hands.sees("account.deleteAccount");
  await hands.sees(`2FA_CONFIRM_WAIT_${WAIT}`);
  await hands.follow("Accounts");

  await hands.press("Advance the clock 7 days");
  await hands.misses("Ada");
  assert.ok((await page.$eval("main", (main) => main.innerText)).includes("Nobody lives here"));
  await raises(401, /^USER_DEACTIVATED/, owner.invoke(new Api.help.GetConfig()).then(() => owner.getMe()));
  step("seven days later the account is gone");

  assert.deepEqual(page.wrong, []);
  await browser.close();
});

async function skipLinkLeadsToThePage(page) {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the page");
  await page.waitForFunction(() => document.activeElement.getBoundingClientRect().top >= 0);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
}

async function itTicks(page) {
  const read = () => page.$eval("time[data-due]", (time) => time.textContent);
  const before = await read();
  await page.waitForFunction((before) => document.querySelector("time[data-due]").textContent !== before, {}, before);
}
