/**
 * Answers that an attempt left on this phone: an element with data-module="undelivered", data-code and data-late, the
 * number of late deliveries that the page tells of.
 *
 * The result is there and the paper is gone, so nothing else would send them. They come too late to count, and are sent
 * until the server has kept them as evidence; the page then says so from what the server has kept. It is also made anew
 * where the paper heard of such answers only after this page had been made (see attempt/store.js).
 */

const TIMEOUT = 20000;
const LONGEST = 30000;

/** The server's answer as a number; 0 where none comes. */
async function send(code, kept) {
  const { p: prediction = [null], ...answers } = kept.answers;
  const given_at = kept.given ? new Date(kept.given).toISOString() : undefined;
  const control = new AbortController();
  const limit = setTimeout(() => control.abort(), TIMEOUT);
  try {
    const reply = await fetch(`/bai-thi/${code}/luu`, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
      },
      body: JSON.stringify({ seq: kept.known + 1, answers, prediction: prediction[0], page: kept.page, given_at }),
      signal: control.signal,
    });
    return reply.status;
  } catch {
    return 0;
  } finally {
    clearTimeout(limit);
  }
}

/** Send until the server has taken it or says why not; whether nothing remains to be sent. */
async function delivered(code, kept) {
  for (let pause = 1000; ; pause = Math.min(pause * 2, LONGEST)) {
    const status = await send(code, kept);
    if ([200, 400, 409].includes(status)) return true;
    if (status && status < 500 && status !== 429) return false;
    await new Promise((resolve) => {
      setTimeout(resolve, pause);
      addEventListener("online", resolve, { once: true });
    });
  }
}

/** The page of the paper goes, and what the worker is still fetching of it. */
async function forgetPage(code, key) {
  if ("caches" in window) await caches.delete(key);
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration && registration.active) registration.active.postMessage({ over: code });
}

export default async function undelivered(element) {
  const { code, late } = element.dataset;
  const key = `bai-${code}`;
  const kept = JSON.parse(localStorage.getItem(key));
  const unsent = !!kept && kept.unsent > 0;
  if (unsent && !(await delivered(code, kept))) return;
  const untold = sessionStorage.getItem(key) && !Number(late);
  localStorage.removeItem(key);
  sessionStorage.removeItem(key);
  await forgetPage(code, key);
  if (unsent || untold) location.reload();
}
