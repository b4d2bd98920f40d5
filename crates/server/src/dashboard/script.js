// What a script adds to the dashboard; every page works without it.
//
// Clocks and countdowns tick. When the world's events say that something changed, the page is fetched again and
// its parts that show such things (data-on="inbox clock") take the place of those here.
"use strict";

const root = document.documentElement;
let clock = { now: 0, frozen: false, read: 0 };

function readClock(from) {
  clock = { now: Number(from.dataset.now), frozen: "frozen" in from.dataset, read: performance.now() };
}

/** Business time, in seconds. */
function businessTime() {
  return clock.frozen ? clock.now : clock.now + (performance.now() - clock.read) / 1000;
}

function stamp(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** The two largest units of a span; the last day is counted to the second. */
function span(seconds) {
  const two = (count) => String(count).padStart(2, "0");
  const [days, hours] = [Math.floor(seconds / 86400), Math.floor((seconds % 86400) / 3600)];
  const [minutes, rest] = [Math.floor((seconds % 3600) / 60), seconds % 60];
  const time = `${two(hours)}:${two(minutes)}:${two(rest)}`;
  return days > 0 ? `${days} d ${time}` : time;
}

function tick() {
  const now = Math.floor(businessTime());
  for (const time of document.querySelectorAll("time.now")) time.textContent = stamp(now);
  for (const time of document.querySelectorAll("time[data-due]")) {
    const left = Number(time.dataset.due) - now;
    time.textContent = left > 0 ? `in ${span(left)}` : "due";
  }
}

/** Puts the parts of a fresh copy of this page that differ in the place of those here. */
function replaceParts(fresh, kinds) {
  for (const part of fresh.querySelectorAll("[data-on][id]")) {
    const old = document.getElementById(part.id);
    const concerned = part.dataset.on.split(" ").some((kind) => kinds.has(kind) || kinds.has("all"));
    if (!old || !concerned || shown.get(old) === part.innerHTML) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    // Somebody is writing in it.
    if (focused && focused.matches("input, textarea, select")) continue;
    shown.set(part, part.innerHTML);
    const place = firstInSight(old);
    keepRows(old, part);
    keepOpen(old, part);
    old.replaceWith(part);
    if (focused) likeIt(focused, part)?.focus({ preventScroll: true });
    if (place) scrollBy(0, (document.getElementById(place.id)?.getBoundingClientRect().top ?? place.top) - place.top);
  }
}

/** What a part was made of, before clocks ticked in it. */
const shown = new WeakMap();

/** Rows that never change, such as calls, stay the same elements, with whatever is open or selected in them. */
function keepRows(old, part) {
  if (!part.querySelector("[data-keyed]")) return;
  for (const row of part.querySelectorAll("[data-keyed] > [id]")) {
    const same = old.querySelector(`#${CSS.escape(row.id)}`);
    if (same) row.replaceWith(same);
    else row.classList.add("fresh");
  }
}

function keepOpen(old, part) {
  for (const details of old.querySelectorAll("details[id]")) {
    const same = part.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
}

function likeIt(element, part) {
  if (part.contains(element)) return element;
  if (element.id) return part.querySelector(`#${CSS.escape(element.id)}`);
  const href = element.getAttribute("href");
  return [...part.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === href);
}

/** The row at the top of the window, once somebody has scrolled down to it. */
function firstInSight(part) {
  if (scrollY === 0) return null;
  const row = [...part.querySelectorAll("[data-keyed] > [id]")].find((row) => row.getBoundingClientRect().bottom > 0);
  return row && { id: row.id, top: row.getBoundingClientRect().top };
}

let leaving = new AbortController();
let waiting = new Set();
let timer = 0;

/** Several events in a row are one refresh. */
function refreshSoon(kind) {
  waiting.add(kind);
  if (!timer) timer = setTimeout(refresh, 150);
}

async function refresh() {
  const kinds = waiting;
  waiting = new Set();
  try {
    const response = await fetch(root.dataset.page, { headers: { Accept: "text/html" }, signal: leaving.signal });
    // What this page is about is gone.
    if (response.status === 404) location.assign(root.dataset.page);
    if (response.ok && !response.redirected) {
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      readClock(fresh.documentElement);
      replaceParts(fresh, kinds);
      tick();
    }
  } catch {
    // The server is gone; the next event, after it is back, refreshes.
  }
  timer = 0;
  if (waiting.size) timer = setTimeout(refresh, 150);
}

/** A button beside what is there to be copied. */
function offerCopy(source) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(source);
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  source.before(button);
}

let events = null;

/** A browser opens few connections to one server, so a page that is left must let go of its own. */
function listen() {
  events = new EventSource(`${root.dataset.api}/events`);
  let lost = false;
  for (const kind of ["call", "inbox", "user", "clock", "script"]) {
    events.addEventListener(kind, () => refreshSoon(kind));
  }
  events.addEventListener("reset", () => refreshSoon("all"));
  events.addEventListener("missed", () => refreshSoon("all"));
  events.onerror = () => { lost = true; };
  events.onopen = () => { if (lost) refreshSoon("all"); lost = false; };
}

function leave() {
  events?.close();
  leaving.abort();
  clearTimeout(timer);
}

for (const part of document.querySelectorAll("[data-on][id]")) shown.set(part, part.innerHTML);
for (const source of document.querySelectorAll("[data-copy]")) offerCopy(source);

if (root.dataset.now) {
  readClock(root);
  tick();
  setInterval(tick, 1000);
  // Only a page of this world that has parts to refresh holds a connection open.
  if (root.dataset.api && document.querySelector("[data-on]")) {
    listen();
    addEventListener("pagehide", leave);
    // It comes back from the browser's memory as it was left.
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      leaving = new AbortController();
      timer = 0;
      listen();
      refreshSoon("all");
    });
  }
}
