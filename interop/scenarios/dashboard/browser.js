// A real Chromium, headless, and three kinds of hands: a mouse, a keyboard, and a mouse in a browser
// without scripts. Everything is found by its accessible name, so what has no label is not found.
"use strict";

const assert = require("node:assert/strict");
const { existsSync } = require("node:fs");
const puppeteer = require("puppeteer-core");
const { ready } = require("../gramjs/world");

const SKIPPED = 77;
const PATIENCE = 10_000;

/** Starts Chromium, or ends this scenario as skipped where there is none. */
async function chromium() {
  const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = places.find((place) => place && existsSync(place));
  if (!executablePath) {
    console.log("there is no chromium here; install it or name it with CHROMIUM");
    process.exit(SKIPPED);
  }
  // Chromium's sandbox does not work for root, which is what a container runs as.
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  return puppeteer.launch({ executablePath, args, headless: true });
}

/**
 * A tab that notes what must not happen: requests to elsewhere, dialogs, errors in the console, styles or
 * scripts that the page's policy refused.
 */
async function newTab(browser, { script = true, width = 1200, dark = false } = {}) {
  const page = await browser.newPage();
  page.wrong = [];
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width, height: 800 });
  await page.setJavaScriptEnabled(script);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
  const home = new URL(ready().control).origin;
  page.on("request", (request) => {
    // Chromium draws the button of a date field from a data: address of its own.
    if (!request.url().startsWith(`${home}/`) && !request.url().startsWith("data:image/svg+xml")) page.wrong.push(`asks for ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    page.wrong.push(`opens a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("pageerror", (error) => page.wrong.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    // A page that says 400 or 404 is noted by Chromium as an error; the scenario looks at the page itself.
    const isStatus = message.text().startsWith("Failed to load resource: the server responded");
    if (message.type() === "error" && !isStatus) page.wrong.push(`${page.url()}: ${message.text()}`);
  });
  page.visit = (path) => page.goto(home + path, { waitUntil: "load" });
  return page;
}

/** A mouse: clicks what is named. */
class Mouse {
  constructor(page) {
    this.page = page;
  }

  async find(name, role) {
    const found = await this.page.waitForSelector(`aria/${name}[role="${role}"]`);
    assert.ok(found, `${role} “${name}” is on ${this.page.url()}`);
    return found;
  }

  async fill(name, text, role = "textbox") {
    await (await this.find(name, role)).click({ count: 3 });
    await this.page.keyboard.type(text);
  }

  async choose(name, value) {
    await (await this.find(name, "combobox")).select(value);
  }

  async press(name) {
    await this.go(async () => (await this.find(name, "button")).click());
  }

  async follow(name) {
    await this.go(async () => (await this.find(name, "link")).click());
  }

  async open(name) {
    await (await this.page.waitForSelector(`::-p-xpath(//summary[normalize-space()="${name}"])`)).click();
  }

  /** Waits until the page says this by itself. */
  async sees(text) {
    await this.page.waitForFunction((text) => document.body.innerText.includes(text), {}, text);
  }

  async misses(text) {
    await this.page.waitForFunction((text) => !document.querySelector("main").innerText.includes(text), {}, text);
  }

  async go(act) {
    await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), act()]);
  }
}

/** A keyboard: Tab until the focus is on what is named, and the focus must show. */
class Keyboard extends Mouse {
  async fill(name, text, role = "textbox") {
    await this.tabTo(await this.find(name, role));
    await this.chord("Control", "a");
    await this.page.keyboard.type(text);
  }

  async choose(name, value) {
    const select = await this.find(name, "combobox");
    await this.tabTo(select);
    const label = await select.$eval(`option[value="${value}"]`, (option) => option.textContent.trim());
    await this.page.keyboard.type(label);
    assert.equal(await select.evaluate((element) => element.value), value);
  }

  async press(name) {
    await this.enter(await this.find(name, "button"));
  }

  async follow(name) {
    await this.enter(await this.find(name, "link"));
  }

  async open(name) {
    await this.tabTo(await this.page.waitForSelector(`::-p-xpath(//summary[normalize-space()="${name}"])`));
    await this.page.keyboard.press("Enter");
  }

  async enter(element) {
    await this.tabTo(element);
    await this.go(() => this.page.keyboard.press("Enter"));
  }

  async tabTo(element) {
    for (let tabs = 0; tabs < 120; tabs++) {
      if (await element.evaluate((element) => element === document.activeElement)) return this.focusShows(element);
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`Tab never reaches ${await element.evaluate((element) => element.outerHTML)}`);
  }

  async focusShows(element) {
    const { style, width, sight } = await element.evaluate((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return { style: outlineStyle, width: parseFloat(outlineWidth), sight: box.top < innerHeight && box.bottom > 0 };
    });
    assert.ok(style !== "none" && width >= 2 && sight, `the focus does not show: ${style} ${width} px, in sight: ${sight}`);
  }

  async chord(modifier, key) {
    await this.page.keyboard.down(modifier);
    await this.page.keyboard.press(key);
    await this.page.keyboard.up(modifier);
  }
}

/** A mouse where no script runs: what changed is seen after a reload. */
class Plain extends Mouse {
  async sees(text) {
    await this.page.reload();
    assert.ok((await this.text()).includes(text), `“${text}” is on ${this.page.url()}: ${await this.text()}`);
  }

  async misses(text) {
    await this.page.reload();
    assert.ok(!(await this.text()).includes(text), `“${text}” is gone from ${this.page.url()}`);
  }

  text() {
    return this.page.$eval("main", (main) => main.innerText);
  }
}

module.exports = { Keyboard, Mouse, Plain, chromium, newTab };
