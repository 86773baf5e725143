/**
 * The paper on a phone: keeps every answer here at once and on the server as soon as it can.
 *
 * A save carries the whole set of answers under the number after the last one known to be stored, so that it may be
 * lost, repeated or late, and never goes over answers that another page has stored in the meantime: such a save is
 * not taken, and the reply says what is stored. "Saved" is said only of what the server has acknowledged.
 * The clock follows the server's.
 */

const form = document.querySelector("#de-thi");
const byId = (id) => document.getElementById(id);
const texts = form.dataset;
const key = `bai-${texts.code}`;
const address = texts.save.replace(/\/luu$/, "");
const token = document.querySelector("meta[name=csrf-token]").content;

/** Number of the last save known to be stored. */
let known = Number(texts.seq);
/** Something here is not on the server yet. */
let waiting = false;
/** Sets sent from here since then; the server may have stored one of them without its reply arriving. */
let tried = [];
let flight = null;
let stopped = false;
let wait = 1000;
let timer = 0;
/** When the last save was begun. */
let begun = performance.now();
let endsAt = performance.now() + Number(texts.remaining);
let wallEnd = Date.now() + Number(texts.remaining);

const say = (text, state) => {
  const place = byId("da-luu");
  place.textContent = text;
  if (state) place.dataset.state = state;
  else delete place.dataset.state;
};

const fill = (text, value) => text.replace("{}", value);

/** Every field of an answer, with the place of its question and, where each is answered by itself, its row. */
const fields = () =>
  [...form.querySelectorAll("[name^=q]")].map((field) => [field, ...field.name.slice(1).split("_")]);
const isChoice = (field) => /^(radio|checkbox)$/.test(field.type);

/** Typed text as the server keeps it, so that what is stored can be told from what is here. */
const tidy = (text) => {
  const line = (one) => one.replace(/\t/g, " ").replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, "").replace(/\s+/g, " ").trim();
  return text.normalize().split(/\r?\n/).map(line).join("\n").replace(/\n{3,}/g, "\n\n").trim();
};

/** By place: letters, one text, or a value for each row. */
const answers = () => {
  const given = {};
  for (const [field, place, row] of fields()) {
    const list = (given[place] = given[place] || []);
    const value = isChoice(field) ? (field.checked ? field.value : "") : tidy(field.value);
    if (row) list[row - 1] = list[row - 1] || value;
    else if (value) list.push(value);
  }
  for (const place in given) if (!given[place].some(Boolean)) delete given[place];
  return given;
};

const prediction = () => {
  const field = form.elements.prediction;
  const digits = field ? field.value.replace(/[\s.,]/g, "") : "";
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
};

const content = () => JSON.stringify([answers(), prediction()]);
const body = () => JSON.stringify({ seq: known + 1, answers: answers(), prediction: prediction() });
/** Whether a set of answers is the one on this page, or was sent from it. */
const mine = (set) => [JSON.stringify(answers()), ...tried].includes(JSON.stringify(set));

const show = () => {
  const given = answers();
  const done = (place) => given[place] && given[place].every(Boolean);
  byId("da-tra-loi").textContent = Object.keys(given).filter(done).length;
  for (const link of document.querySelectorAll("[data-cau]")) {
    if (done(link.dataset.cau)) link.dataset.state = "done";
    else delete link.dataset.state;
  }
};

const remember = () => {
  try {
    localStorage.setItem(key, JSON.stringify({ known, tried, answers: answers(), prediction: prediction() }));
  } catch {
    // A phone that keeps nothing still sends everything.
  }
};

const forget = () => {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
};

/** Take up what an earlier visit could not send. */
const restore = () => {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(key));
  } catch {
    return;
  }
  if (!kept) return;
  const stored = answers();
  for (const [field, place, row] of fields()) {
    const values = kept.answers[place] || [];
    const own = row ? [values[row - 1]] : values;
    if (isChoice(field)) field.checked = own.includes(field.value);
    else field.value = own[0] || "";
  }
  if (form.elements.prediction && kept.prediction !== null) form.elements.prediction.value = kept.prediction;
  tried = kept.tried;
  if (kept.known === known || mine(stored)) changed(0);
  else yieldTo(kept.known);
};

const leave = () => {
  stopped = true;
  forget();
  location.assign(texts.result);
};

/** Another page has stored other answers: say so and send nothing more by itself. */
const yieldTo = (stale) => {
  stopped = true;
  known = stale;
  clearTimeout(timer);
  forget();
  say(texts.elsewhere, "failed");
  byId("noi-khac").hidden = false;
};

const request = (keepalive) => {
  const set = JSON.stringify(answers());
  if (!tried.includes(set)) tried.push(set);
  // A phone keeps only so much: of long texts the last ones, one of which the server may hold.
  while (tried.join("").length > 5e5) tried.shift();
  remember();
  return fetch(texts.save, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: body(),
    credentials: "same-origin",
    signal: !keepalive && AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined,
    keepalive,
  });
};

/** Whether what the server holds came from this page; if so, the page counts on from there. */
const accept = (stored) => {
  if (stored.seq > known && stored.answers && !mine(stored.answers)) {
    yieldTo(known);
    return false;
  }
  if (stored.seq > known) tried = [];
  known = Math.max(known, stored.seq);
  return true;
};

async function attempt() {
  const sent = content();
  begun = performance.now();
  say(texts.saving);
  try {
    const reply = await request(false);
    if (reply.status === 409) return leave();
    if (reply.redirected || [400, 401, 403, 404].includes(reply.status)) return say(texts.reload, "failed");
    if (!reply.ok) throw new Error(reply.status);
    const stored = await reply.json();
    if (stopped || !accept(stored)) return;
    wait = 1000;
    follow(stored.remaining_ms);
    byId("mat-mang").hidden = true;
    waiting = !!stored.answers || sent !== content();
    if (waiting) return changed(50);
    forget();
    say(fill(texts.saved, clock(stored.saved_at)), "saved");
  } catch {
    if (stopped) return;
    say(fill(texts.waiting, Object.keys(answers()).length), "waiting");
    clearTimeout(timer);
    timer = setTimeout(send, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, 30000);
  }
}

/** Send what waits; while a save is under way, its end. */
function send() {
  if (!flight && waiting && !stopped) {
    clearTimeout(timer);
    flight = attempt().finally(() => (flight = null));
  }
  return flight;
}

function changed(delay = 700) {
  show();
  if (stopped) return;
  waiting = true;
  say(texts.saving);
  remember();
  clearTimeout(timer);
  timer = setTimeout(send, delay);
}

const clock = (instant) =>
  new Date(instant).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour12: false });

function follow(left) {
  endsAt = performance.now() + left;
  wallEnd = Date.now() + left;
}

/** Time left; the wall clock counts on while a phone sleeps, the other one cannot be set wrong. */
const left = () => Math.min(endsAt - performance.now(), wallEnd - Date.now());

const warned = new Set();
function announce(seconds) {
  for (const minutes of [5, 1]) {
    if (seconds <= minutes * 60 && seconds > minutes * 60 - 30 && !warned.has(minutes)) {
      warned.add(minutes);
      byId("bao").textContent = fill(texts.left, minutes);
    }
  }
}

/** Follow the server's clock and notice what was stored elsewhere; whether the server answered. */
async function resync() {
  try {
    const reply = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
    const state = await reply.json();
    if (state.state === "closed") leave();
    follow(state.remaining_ms);
    if (!stopped && !flight) accept(state);
    return true;
  } catch {
    return false;
  }
}

let ending = false;
async function tick() {
  const seconds = Math.max(0, Math.ceil(left() / 1000));
  byId("con-lai").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds <= 120) document.querySelector(".top").setAttribute("data-low", "");
  announce(seconds);
  if (seconds <= 2) send();
  if (seconds || ending) return;
  ending = true;
  const heard = await resync();
  if (left() <= 0) {
    for (const set of form.querySelectorAll("fieldset")) set.disabled = true;
    byId("het-gio").hidden = false;
    if (heard) return setTimeout(leave, 1500);
  }
  setTimeout(() => (ending = false), 3000);
}

form.addEventListener("change", () => changed());
// While somebody types, a save at every pause and, without one, every ten seconds.
form.addEventListener("input", ({ target }) => {
  if (/^text/.test(target.type)) changed(Math.max(0, Math.min(1500, begun + 10000 - performance.now())));
});
form.addEventListener("submit", async (event) => {
  form.elements.seq.value = known + 1;
  if (stopped || !event.submitter) return;
  event.preventDefault();
  if ("unsaved" in texts) waiting = true;
  await send();
  await send();
  const heard = !waiting && (await resync());
  if (stopped) return;
  if (heard && event.submitter.value) location.assign(`${address}/xem-lai`);
  else if (heard && "unsaved" in texts) location.assign(address);
  byId("mat-mang").hidden = heard;
  if (!heard) byId("mat-mang").focus();
});
addEventListener("online", () => {
  byId("mat-mang").hidden = true;
  wait = 1000;
  send();
});
addEventListener("pagehide", () => waiting && !stopped && request(true).catch(() => {}));
addEventListener("pageshow", (event) => event.persisted && location.reload());
document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState === "visible") {
    await resync();
    send();
  } else if (waiting && !stopped) {
    request(true).catch(() => {});
  }
});

restore();
show();
tick();
setInterval(tick, 500);
