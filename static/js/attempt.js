/**
 * The paper on a phone: keeps every answer here at once and on the server as soon as it can.
 *
 * A save carries the whole set of answers and a growing number (seq), so that saves may be lost, repeated or late.
 * "Saved" is said only of what the server has acknowledged. The clock follows the server's.
 */

const form = document.querySelector("#de-thi");
const byId = (id) => document.getElementById(id);
const texts = form.dataset;
const key = `bai-${texts.code}`;
const token = document.querySelector("meta[name=csrf-token]").content;

let seq = Number(texts.seq);
let acknowledged = seq;
let sending = false;
let stopped = false;
let wait = 1000;
let timer = 0;
let endsAt = performance.now() + Number(texts.remaining);
let wallEnd = Date.now() + Number(texts.remaining);

const say = (text, state) => {
  const place = byId("da-luu");
  place.textContent = text;
  if (state) place.dataset.state = state;
  else delete place.dataset.state;
};

const fill = (text, value) => text.replace("{}", value);

const answers = () => {
  const chosen = {};
  for (const input of form.querySelectorAll("input:checked")) {
    const place = input.name.slice(1);
    (chosen[place] = chosen[place] || []).push(input.value);
  }
  return chosen;
};

const prediction = () => {
  const field = form.elements.prediction;
  const digits = field ? field.value.replace(/[\s.,]/g, "") : "";
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
};

const show = () => {
  const chosen = answers();
  byId("da-tra-loi").textContent = Object.keys(chosen).length;
  for (const link of document.querySelectorAll("[data-cau]")) {
    if (chosen[link.dataset.cau]) link.dataset.state = "done";
    else delete link.dataset.state;
  }
};

const remember = () => {
  try {
    localStorage.setItem(key, JSON.stringify({ seq, answers: answers(), prediction: prediction() }));
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

const restore = () => {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(key));
  } catch {
    return;
  }
  if (!kept || kept.seq <= seq) {
    forget();
    return;
  }
  for (const input of form.querySelectorAll("input[type=radio],input[type=checkbox]")) {
    input.checked = (kept.answers[input.name.slice(1)] || []).includes(input.value);
  }
  if (form.elements.prediction && kept.prediction !== null) form.elements.prediction.value = kept.prediction;
  seq = kept.seq;
  changed(0);
};

const leave = () => {
  stopped = true;
  location.assign(texts.result);
};

const body = () => JSON.stringify({ seq, answers: answers(), prediction: prediction() });

const request = (keepalive) =>
  fetch(texts.save, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: body(),
    credentials: "same-origin",
    keepalive,
  });

const same = (stored) => JSON.stringify(stored.answers) === JSON.stringify(answers());

async function send() {
  clearTimeout(timer);
  if (sending || stopped || seq <= acknowledged) return;
  sending = true;
  const sent = seq;
  say(texts.saving);
  try {
    const reply = await request(false);
    const stored = await reply.json();
    if (reply.status === 409) return leave();
    if (!reply.ok) throw new Error(reply.status);
    if (stored.answers && !same(stored) && sent === seq) {
      stopped = true;
      say(texts.elsewhere, "failed");
      byId("noi-khac").hidden = false;
      return;
    }
    acknowledged = Math.max(sent, stored.seq);
    wait = 1000;
    follow(stored.remaining_ms);
    if (seq <= acknowledged) {
      forget();
      say(fill(texts.saved, clock(stored.saved_at)), "saved");
    }
  } catch {
    say(fill(texts.waiting, Object.keys(answers()).length), "waiting");
    timer = setTimeout(send, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, 30000);
  } finally {
    sending = false;
    if (!stopped && seq > acknowledged && wait === 1000) timer = setTimeout(send, 50);
  }
}

function changed(delay = 700) {
  if (stopped) return;
  seq += 1;
  form.elements.seq.value = seq + 1;
  show();
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

async function resync() {
  try {
    const reply = await fetch(location.pathname, { headers: { Accept: "application/json" }, cache: "no-store" });
    const state = await reply.json();
    if (state.state === "closed") return leave();
    follow(state.remaining_ms);
  } catch {
    // The page's own clock goes on.
  }
}

let ending = false;
async function tick() {
  const seconds = Math.max(0, Math.ceil(left() / 1000));
  byId("con-lai").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds <= 120) document.querySelector(".top").setAttribute("data-low", "");
  announce(seconds);
  if (seconds <= 2 && seq > acknowledged) send();
  if (seconds === 0 && !ending && !stopped) {
    ending = true;
    await resync();
    if (left() <= 0) {
      for (const set of form.querySelectorAll("fieldset")) set.disabled = true;
      byId("het-gio").hidden = false;
      setTimeout(leave, 1500);
    }
    ending = false;
  }
}

form.addEventListener("change", () => changed());
form.addEventListener("input", (event) => event.target.name === "prediction" && changed(1500));
form.addEventListener("submit", (event) => {
  if (!navigator.onLine) {
    event.preventDefault();
    say(fill(texts.waiting, Object.keys(answers()).length), "waiting");
    byId("mat-mang").hidden = false;
    byId("mat-mang").focus();
    return;
  }
  form.elements.seq.value = seq + 1;
});
addEventListener("online", () => {
  byId("mat-mang").hidden = true;
  wait = 1000;
  send();
});
addEventListener("pagehide", () => seq > acknowledged && !stopped && request(true).catch(() => {}));
addEventListener("pageshow", (event) => event.persisted && location.reload());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") {
    resync();
    send();
  } else if (seq > acknowledged && !stopped) {
    request(true).catch(() => {});
  }
});

form.elements.seq.value = seq + 1;
restore();
show();
tick();
setInterval(tick, 500);
