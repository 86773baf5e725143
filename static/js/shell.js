/**
 * What a phone keeps of papers belongs to whoever is signed in: an element with data-module="shell".
 *
 * On the form for signing out (data-person, data-ask) it asks before answers that were not sent are lost, and forgets
 * everything; it does the same when somebody else has signed in since. On the form for signing in, kept pages go and
 * answers stay: most likely the same person comes back to send them.
 */

const PREFIX = "bai-";
const WHO = "hoithi-nguoi";

const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

/** How many answers on this phone the server has not acknowledged, of all papers. */
function unsent() {
  let count = 0;
  for (const key of keys()) {
    try {
      count += Number(JSON.parse(localStorage.getItem(key)).unsent) || 0;
    } catch {
      // Not an entry of ours.
    }
  }
  return count;
}

async function forgetPages() {
  if (!("caches" in window)) return;
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX)).map((name) => caches.delete(name)));
}

async function forget() {
  for (const key of keys()) localStorage.removeItem(key);
  localStorage.removeItem(WHO);
  await forgetPages();
}

/** Somebody else than last time: nothing of the other person stays. */
async function meet(person) {
  const last = localStorage.getItem(WHO);
  if (last === person) return;
  if (last) await forget();
  localStorage.setItem(WHO, person);
}

async function leave(event) {
  const form = event.target;
  const count = unsent();
  if (count && !window.confirm(form.dataset.ask.replace("{}", count))) return event.preventDefault();
  event.preventDefault();
  await forget().catch(() => {});
  form.submit();
}

/** The policy of pages lets only a named maker of script addresses register a worker. */
function register() {
  if (!("serviceWorker" in navigator)) return;
  const maker = window.trustedTypes && trustedTypes.createPolicy("hoithi", { createScriptURL: () => "/sw.js" });
  navigator.serviceWorker.register(maker ? maker.createScriptURL("") : "/sw.js").catch(() => {});
}

export default async function shell(form) {
  const { person } = form.dataset;
  if (!person) return forgetPages();
  register();
  form.addEventListener("submit", leave);
  return meet(person);
}
