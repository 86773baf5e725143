/**
 * Saves: numbered whole sets, one under way at a time, sent again after any failure until the server acknowledges them.
 *
 * A save carries the number after the last one known to be stored, so it may be lost, repeated or late and never goes over
 * what another page has stored meanwhile: such a save is not taken, and the reply says what stands.
 */

import { follow, left, serverTime } from "./clock.js";
import { count, read } from "./fields.js";
import { address, byId, enable, fill, form, note, own, paper, say, timeOf, words } from "./page.js";
import { join, remember, unsent } from "./store.js";
import { over, showWish } from "./ending.js";

const TIMEOUT = 20000;
const LONGEST = 30000;
let flight = null;
let timer = 0;
let wait = 1000;
/** Not to be sent again before, and what of that the server has asked for. */
let rest = 0;
let asked = 0;
let begun = 0;

/** Ask the server; fails where no readable answer of the product comes. */
export async function ask(path, body, keepalive = false) {
  const start = performance.now();
  const control = keepalive ? {} : new AbortController();
  const limit = setTimeout(() => keepalive || control.abort(), TIMEOUT);
  try {
    const reply = await fetch(address + path, {
      method: body ? "POST" : "GET",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": path === "/luu" ? own.key : form.elements.csrf_token.value,
      },
      body: body && JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: control.signal,
      keepalive,
    });
    const { status } = reply;
    if (status >= 500 || status === 429 || reply.redirected) {
      throw Object.assign(new Error(status), { after: Number(reply.headers.get("Retry-After")) * 1000 });
    }
    return { status, data: await reply.json(), start };
  } finally {
    clearTimeout(limit);
  }
}

const setOf = ({ answers, prediction }) => (prediction === null ? { ...answers } : { ...answers, p: [prediction] });

function content(step = 1) {
  const { p, ...answers } = read();
  const { known, page, given } = paper;
  const given_at = given ? new Date(given).toISOString() : undefined;
  return { seq: known + step, answers, prediction: p ? p[0] : null, page, given_at };
}

/** Note what is about to be sent. */
function trying() {
  const set = read();
  const text = JSON.stringify(set);
  if (!paper.tried.includes(text)) paper.tried.push(text);
  // A phone keeps only so much: of long texts the last ones, one of which the server may hold.
  while (paper.tried.join("").length > 5e5) paper.tried.shift();
  remember();
  return set;
}

export const needed = () => paper.wish || unsent().length > 0;

function schedule(delay) {
  clearTimeout(timer);
  timer = setTimeout(send, Math.max(delay, rest - performance.now()));
}

/** Send what waits; while something is under way, its end. */
export function send() {
  if (!flight && needed() && !paper.over && !paper.away) {
    clearTimeout(timer);
    flight = deliver().then(() => {
      flight = null;
    });
  }
  return flight;
}

/** Send without waiting any longer: the network is back, or somebody asks for it. */
export function sendNow() {
  wait = 1000;
  rest = asked;
  if (rest < performance.now()) return send();
  schedule(0);
  return flight;
}

async function deliver() {
  const set = trying();
  const { wish, page } = paper;
  begun = performance.now();
  say("saving", wish ? words.submitting : words.saving);
  try {
    const { status, data, start } = await ask(wish ? "/nop" : "/luu", content());
    // Meanwhile another page worked, or this one took over again.
    if (paper.over || paper.away || page !== paper.page) return schedule(50);
    if (status === 200 && !(wish ? data.state === "closed" : data.seq > 0)) throw new Error("not ours");
    heard(status);
    if (status === 200 && wish) await over(data);
    else if (status === 200 || status === 409) await take(data, set, start);
    else refused(status, data);
  } catch (error) {
    failed(error.after);
  }
  return null;
}

/** A readable answer: the network is there, and the server knows this phone or not. */
function heard(status) {
  wait = 1000;
  note("mat-mang", false);
  note("dang-nhap", [401, 403, 404].includes(status));
}

async function take(data, set, start) {
  if (data.reason === "elsewhere") return halt();
  if (data.reason && data.reason !== "stale") return over(data);
  if (data.answers) {
    const before = JSON.stringify(read());
    join(setOf(data), data.seq);
    if (before !== JSON.stringify(read())) takeBack(words.changed);
  } else Object.assign(paper, { known: data.seq, base: set, tried: [] });
  if (data.remaining_ms > 0) follow(data.remaining_ms, start);
  return settle(data.saved_at);
}

/** All is acknowledged, or the next set goes. */
function settle(at) {
  count();
  remember();
  if (needed()) return schedule(50);
  return say("saved", at ? fill(words.saved, timeOf(at)) : "");
}

/** The server does not take it, and will not when asked again. */
function refused(status, data) {
  takeBack();
  showWish();
  say("failed", words.failed);
  if (status === 400) return note("loi-luu", fill(words.reload, data.detail || ""));
  rest = performance.now() + LONGEST;
  return schedule(LONGEST);
}

function failed(after = 0) {
  const waiting = unsent().length;
  say("waiting", waiting ? fill(words.kept, waiting) : words.submitting);
  note("mat-mang", true);
  if (paper.wish) showWish(words.offline);
  asked = performance.now() + after;
  rest = Math.max(asked, performance.now() + wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST);
  schedule(0);
}

/** The person goes on working; a submission is no longer wanted. */
export function takeBack(why) {
  if (!paper.wish) return;
  paper.wish = false;
  remember();
  showWish(why || "");
}

/** Something was answered: keep it here at once, and send it together with what follows soon. */
export function changed(delay = 700) {
  count();
  paper.given = serverTime();
  note("loi-luu", false);
  remember();
  if (paper.away || paper.over) return;
  if (byId("da-luu").dataset.state === "waiting") say("waiting", fill(words.kept, unsent().length));
  else say("saving", words.saving);
  if (needed()) schedule(delay);
  else settle();
}

/** While somebody types, a save at every pause and, without one, every ten seconds. */
export const typed = () => changed(Math.max(0, Math.min(1500, begun + 10000 - performance.now())));

/** The page goes out of sight and may never come back: send what waits, above what is under way. */
let last = "";
export function sendAway() {
  const text = JSON.stringify(read());
  if (paper.over || paper.away || !unsent().length || text === last) return;
  last = text;
  trying();
  ask("/luu", content(flight ? 2 : 1), true).catch(() => {
    last = "";
  });
}

/** Another page works on the attempt: this one stops, and keeps what was not sent. */
export function halt() {
  if (paper.away || paper.over) return;
  takeBack();
  paper.away = true;
  clearTimeout(timer);
  enable(false);
  showWish();
  say("failed", words.elsewhere);
  note("noi-khac", true);
  byId("nut").hidden = true;
  remember();
  byId("noi-khac").focus();
}

/** Work here from now on, with what both pages answered. */
export async function takeOver() {
  const button = byId("lam-tiep");
  button.disabled = true;
  try {
    const { status, data, start } = await ask("/giu", {});
    heard(status);
    if (data.state === "closed") return over(data);
    if (status !== 200 || !data.page) return refused(status, data);
    paper.page = form.elements.page.value = data.page;
    paper.away = false;
    join(setOf(data), data.seq);
    note("noi-khac", false);
    byId("nut").hidden = false;
    follow(data.remaining_ms, start);
    enable(left() > 0);
    return settle(data.saved_at);
  } catch {
    return note("loi-luu", words.takefailed);
  } finally {
    button.disabled = false;
  }
}

/** Follow the server's clock and notice what happened elsewhere. Whether the server answered. */
export async function resync() {
  const { known } = paper;
  try {
    const { status, data, start } = await ask("");
    if (paper.over) return true;
    note("dang-nhap", [401, 403, 404].includes(status));
    if (status !== 200 || !data.state) return false;
    const due = Date.parse(data.due_at);
    follow(due - Date.parse(data.now), start, due);
    own.late = data.late_ms;
    own.grace = data.grace_ms;
    if (data.state === "closed") {
      if (paper.away || !needed()) await over(data);
      else send();
    } else if (!flight && known === paper.known && !paper.away) {
      if (data.holder > paper.page) halt();
      else if (data.seq !== known) {
        join(setOf(data), data.seq);
        settle(data.saved_at);
      }
    }
    return true;
  } catch {
    return false;
  }
}
