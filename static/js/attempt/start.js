/** Begins: what was kept is taken up, and everything that happens to the page gets its answer. */

import { left } from "./clock.js";
import { largePrint, readAloud } from "./comfort.js";
import { end, goOn, review, showWish, submit } from "./ending.js";
import { count } from "./fields.js";
import { announce, byId, fill, form, key, own, paper, say, words } from "./page.js";
import { changed, halt, needed, resync, send, sendAway, sendNow, takeOver, typed } from "./saving.js";
import { remember, restore } from "./store.js";

const warned = new Set();

function tick() {
  const now = left();
  const seconds = Math.max(0, Math.ceil(now / 1000));
  byId("con-lai").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  document.querySelector(".top").toggleAttribute("data-low", seconds <= 120);
  for (const minutes of [5, 1]) {
    if (seconds <= minutes * 60 && seconds > minutes * 60 - 30 && !warned.has(minutes)) {
      warned.add(minutes);
      announce(fill(words.left, minutes));
    }
  }
  if (now <= 0) end();
  else if (now <= 2000) send();
}

const visible = () => document.visibilityState === "visible";

/** Every minute or so, not all phones at once. */
function lookAgain() {
  setTimeout(async () => {
    if (visible() && !paper.over) {
      keepShell();
      await resync();
    }
    lookAgain();
  }, 60000 + Math.random() * 30000);
}

async function back() {
  if (paper.over) return;
  keepShell();
  await resync();
  sendNow();
}

function pressed(event) {
  const { name, value } = event.target;
  // A browser without dialogs gets the server's page.
  form.elements.seq.value = paper.known + 1;
  if (name !== "then" || (value && !byId("xem-lai").showModal)) return;
  event.preventDefault();
  // What a page shows after a refusal is sent only when somebody asks for it.
  if ("unsaved" in own) paper.base = {};
  delete own.unsaved;
  if (value) review();
  else sendNow();
}

/** A field that the keyboard reaches is not left behind the bar at the bottom, however high that is. */
function uncover({ target }) {
  const hidden = target.getBoundingClientRect().bottom + 24 - form.querySelector(".foot").getBoundingClientRect().top;
  if (hidden > 0 && !target.closest(".foot")) scrollBy(0, hidden);
}

const same = { createScriptURL: (url) => url };
const policy = window.trustedTypes ? trustedTypes.createPolicy("shell", same) : same;

/** Ask the worker for keeping this paper, again and again: it looks whether anything is missing. */
async function keepShell() {
  try {
    const { serviceWorker } = navigator;
    await serviceWorker.register(policy.createScriptURL("/sw.js"));
    (await serviceWorker.ready).active.postMessage(own.code);
  } catch {
    // A phone that keeps no page.
  }
}

form.addEventListener("change", () => changed());
form.addEventListener("input", ({ target }) => /^text/.test(target.type) && typed());
form.addEventListener("focusin", uncover);
byId("nut").addEventListener("click", pressed);
byId("lam-tiep").addEventListener("click", takeOver);
byId("nop").addEventListener("click", submit);
byId("xem-lai").addEventListener("click", goOn);
byId("xem-lai").addEventListener("cancel", goOn);
addEventListener("online", back);
addEventListener("pagehide", sendAway);
addEventListener("pageshow", (event) => event.persisted && back());
document.addEventListener("visibilitychange", () => (visible() ? back() : sendAway()));
addEventListener("load", keepShell);
// Another tab of this browser was opened later: no need to ask the server.
addEventListener("storage", (event) => {
  const kept = event.key === key && event.newValue && JSON.parse(event.newValue);
  if (kept && kept.page > paper.page) halt();
});

largePrint();
readAloud();
const earlier = restore();
count();
tick();
setInterval(tick, 500);
lookAgain();
if (paper.wish) {
  review();
  showWish(words.submitting);
}
if (!("unsaved" in own)) remember();
if (earlier) back();
else if (needed()) sendNow();
else if (Number(own.seq)) say("saved", byId("da-luu").textContent);
