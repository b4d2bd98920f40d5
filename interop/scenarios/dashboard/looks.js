// Every page, full of what clients may send, at the width of a phone and of a desk, light and dark: nothing
// runs, nothing is wider than the window, and all text stands out from its ground by 4.5 to 1.
// SHOTS=FOLDER keeps a picture of each.
"use strict";

const { Api, addUser, assert, connected, control, mintSession, raises, scenario, step } = require("../gramjs/world");
const { chromium, newTab } = require("./browser");

const phone = "9996621061";
const evil = '"><img src=x onerror=owned=1><script>owned=1</script>';
const contrast = 4.5;

scenario(async () => {
  const { id } = await addUser({ phone, first_name: evil.slice(0, 60), last_name: "<script>owned=1</script>" });
  const session = await mintSession(phone);
  const client = await connected(session, { keyless: true, deviceModel: evil, systemVersion: evil, appVersion: evil });
  await client.getMe();
  const settings = new Api.CodeSettings({});
  await raises(406, "PHONE_NUMBER_INVALID", client.invoke(new Api.auth.SendCode({ phoneNumber: evil, apiId: 1, apiHash: evil, settings })));
  await client.invoke(new Api.account.UpdateStatus({ offline: false }));
  await control("POST", "/v1/rules", { method: "help.getNearestDc", reply: { _: "nearestDc", country: evil, this_dc: 2, nearest_dc: 2 } });
  await client.invoke(new Api.help.GetNearestDc());
  await control("POST", "/v1/worlds", { name: "elsewhere", api_ids: [77] });
  step("a client has sent all it can");

  const browser = await chromium();
  const paths = [
    "/", `/accounts/${id}`, "/phone", `/phone?number=${phone}`, `/phone?number=${encodeURIComponent(evil)}`, "/journal", "/journal?secrets=true",
    `/journal?method=${encodeURIComponent(evil)}`, "/journal/1", "/clock", "/rules", "/coverage?word=stateful", "/worlds", "/worlds/elsewhere",
    "/worlds/elsewhere/phone", "/accounts/0", "/login",
  ];
  for (const [name, looks] of Object.entries({ desk: { width: 1200 }, phone: { width: 360, dark: true }, "desk-dark": { width: 1200, dark: true }, "phone-light": { width: 360 } })) {
    const page = await newTab(browser, looks);
    for (const path of paths) {
      await page.visit(path);
      // What is folded is looked at as well.
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
      if (process.env.SHOTS) {
        await page.screenshot({ path: `${process.env.SHOTS}/${name}${path.replace(/\W+/g, "-").slice(0, 30)}.png`, fullPage: true });
      }
      const found = await page.evaluate(look, contrast);
      assert.deepEqual(found, { owned: false, images: [], wide: [], faint: [] }, `${path} at ${JSON.stringify(looks)}`);
    }
    assert.deepEqual(page.wrong, []);
    await page.close();
    step(`${paths.length} pages, ${name}`);
  }
  const page = await newTab(browser);
  await page.visit("/journal");
  assert.ok((await page.$eval("main", (main) => main.textContent)).includes(evil), "the journal shows what was sent, as text");
  await page.visit(`/accounts/${id}`);
  assert.ok((await page.$eval("#sessions", (part) => part.textContent)).includes(evil), "so does the list of sessions");
  await browser.close();
});

/** Runs in the page: what must not be there. */
function look(contrast) {
  const colours = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = (top, under) => top.rgb.map((value, index) => value * top.a + under[index] * (1 - top.a));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    if (!element) return colours(getComputedStyle(document.documentElement).backgroundColor).rgb;
    const own = colours(getComputedStyle(element).backgroundColor);
    return own.a === 1 ? own.rgb : over(own, ground(element.parentElement));
  };
  const ratio = (colour, element) => {
    const under = ground(element);
    const [one, two] = [light(over(colours(colour), under)), light(under)].sort((a, b) => b - a);
    return (one + 0.05) / (two + 0.05);
  };
  const faint = new Set();
  const wide = new Set();
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1) continue;
    if (box.right > innerWidth + 1) wide.add(element.outerHTML.slice(0, 80));
    const says = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (says || element.matches("input, select, textarea")) {
      if (ratio(getComputedStyle(element).color, element) < contrast) faint.add(element.outerHTML.slice(0, 80));
    }
    if (element.placeholder && ratio(getComputedStyle(element, "::placeholder").color, element) < contrast) {
      faint.add(`placeholder ${element.placeholder}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) wide.add("the page");
  return {
    owned: "owned" in window,
    images: [...document.images].map((image) => image.getAttribute("src")).filter((source) => !source.startsWith("/assets/")),
    wide: [...wide],
    faint: [...faint],
  };
}
