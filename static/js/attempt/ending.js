/** How an attempt ends: looked through and submitted, with a network or without one, or by the clock. */

import { left, serverTime } from "./clock.js";
import { isDone, read } from "./fields.js";
import { differing } from "./merge.js";
import { address, byId, enable, fill, form, note, own, paper, say, timeOf, words } from "./page.js";
import { ask, needed, resync, send, sendNow, takeBack } from "./saving.js";
import { forget, remember, unsent } from "./store.js";

const dialog = byId("xem-lai");
const places = () => [...document.querySelectorAll("[data-cau]")].map((link) => link.dataset.cau);

/** Links to questions behind a line of the review, or no such line. */
function list(id, found) {
  const line = byId(id);
  line.hidden = !found.length;
  const links = found.map((place) => {
    const link = document.createElement("a");
    link.href = `#c${place}`;
    link.textContent = fill(words.q, place);
    return link;
  });
  line.querySelector("span").replaceWith(document.createElement("span"));
  links.forEach((link, index) => line.querySelector("span").append(index ? ", " : "", link));
}

/** What is answered and what is not, before submitting; needs no network. */
export function review() {
  const set = read();
  const missing = places().filter((place) => !isDone(set[place]));
  byId("xl-dau").textContent = missing.length ? fill(words.missing, missing.length) : fill(words.full, places().length);
  list("xl-cau", missing);
  list("xl-do", missing.filter((place) => set[place]));
  for (const [id, needless] of [["xl-du", !missing.length], ["xl-dd", set.p]]) {
    if (byId(id)) byId(id).hidden = needless;
  }
  showWish("");
  if (!dialog.open) dialog.showModal();
  byId("xl-dau").focus();
}

/** Say in the review how far the submission is; without a text: close it. */
export function showWish(text) {
  if (text === undefined) return dialog.open && dialog.close();
  byId("nop").disabled = paper.wish;
  byId("xl-bao").textContent = text;
  return text;
}

export function submit() {
  if (paper.wish) return;
  paper.wish = true;
  remember();
  showWish(words.submitting);
  sendNow();
}

/** Back to the questions; where a link of the review leads, to that one. */
export function goOn(event) {
  const [, id] = (event.target.href || "").split("#");
  if (event.type === "click" && !id && event.target.id !== "lam-them") return;
  takeBack();
  if (event.type === "cancel") return;
  event.preventDefault();
  dialog.close();
  if (!id) return;
  const place = byId(id);
  place.scrollIntoView();
  (place.matches("input") ? place : place.querySelector("input, select, textarea")).focus({ preventScroll: true });
}

/** The attempt has ended on the server: say what became of the answers, and lead to the result. */
export async function over(data) {
  let known = data;
  if (!data.answers && left() <= 0) known = { ...(await ask("").catch(() => ({}))).data, ...data };
  const held = known.answers && { ...known.answers, p: known.prediction === null ? undefined : [known.prediction] };
  const lost = held ? differing(read(), held).length : 0;
  forget(lost);
  enable(false);
  showWish();
  const how = paper.wish ? fill(words.submitted, data.receipt || "") : left() <= 0 ? words.timeup : words.ended;
  finishWith(lost ? `${how} ${fill(words.lost, lost)}` : how);
  say(lost ? "failed" : "saved", how);
  if (!lost) setTimeout(() => location.assign(`${address}/ket-qua`), 2000);
}

function finishWith(text) {
  note("mat-mang", false);
  note("noi-khac", false);
  note("het-gio", text);
  byId("nut").hidden = true;
  const link = byId("het-gio").querySelector("a");
  if (link.hidden) {
    link.hidden = false;
    link.focus();
  }
}

/** What is said when time is up and answers are still here. */
function timeIsUp() {
  const waiting = unsent().length;
  const past = -left();
  byId("nut").hidden = true;
  if (!waiting || paper.away) return note("het-gio", words.timeup);
  if (past < Number(own.late)) {
    const until = timeOf(serverTime() - past + Number(own.late));
    return note("het-gio", `${words.timeup} ${fill(words.late, waiting, until)}`);
  }
  if (past < Number(own.grace) + 5000) return note("het-gio", `${words.timeup} ${fill(words.sending, waiting)}`);
  return finishWith(`${words.timeup} ${fill(words.lost, waiting)}`);
}

let ending = false;
let pause = 3000;

/** Time is up by the page's clock: the last answers go, and when the server says so too, the attempt ends. */
export async function end() {
  if (paper.over || ending) return;
  ending = true;
  enable(false);
  timeIsUp();
  if (pause === 3000) {
    showWish();
    byId("het-gio").focus();
  }
  await send();
  const knows = !paper.over && (await resync());
  if (paper.over) return;
  if (left() > 0) return goOnAfterAll();
  if (knows && !needed()) await finish();
  pause = Math.min(pause * 1.5, 30000);
  setTimeout(() => {
    ending = false;
  }, pause);
}

/** The phone's clock was wrong, or time was added. */
function goOnAfterAll() {
  ending = false;
  pause = 3000;
  if (!paper.away) enable(true);
  note("het-gio", false);
  byId("nut").hidden = paper.away;
}

async function finish() {
  if (paper.away) return finishWith(words.timeup);
  const { data } = await ask("/nop", { page: paper.page }).catch(() => ({ data: {} }));
  if (data.state === "closed") return over(data);
  return null;
}
