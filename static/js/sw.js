/**
 * Opens a paper again when the network is away: the service worker.
 *
 * It keeps one thing only: papers that are being worked on, each with its pictures in a cache of its own named
 * `bai-<code>`, and shows them only when the network gives nothing better. A paper holds neither a key nor a name.
 * A page asks for that by its code as soon as it is there, and again from time to time: it may be older than this worker,
 * or its line may have lost what was fetched. It is forgotten when the attempt is over or belongs to somebody else now (the server leads away or says no), when the
 * person signs out (see shell.js), and after two days. A new version of this file leaves the papers as they are.
 */

const PAPER = /^\/bai-thi\/([\w-]+)$/;
const PICTURE = /^\/hinh\/[0-9a-f]{64}$/;
const PREFIX = "bai-";
/** How long a network that says nothing is waited for where there is a copy. */
const PATIENCE = 4000;
/** A paper to be kept is fetched again after these pauses, and given up where nothing has come after so long. */
const PAUSES = [0, 2000, 5000, 10000, 20000];
const GIVEN_UP = 60000;
const TOO_OLD = 2 * 24 * 60 * 60 * 1000;
const KEPT = "X-Kept";

const TEXTS = {
  vi: {
    title: "Chưa có mạng",
    why: "Điện thoại chưa kết nối được với máy chủ. Trang này tự mở khi có mạng lại.",
    papers: "Bài đang làm trên máy này",
    none: "Máy này không giữ bài thi nào đang làm.",
    again: "Thử lại",
  },
  en: {
    title: "No network",
    why: "This phone cannot reach the server yet. The page opens when the network is back.",
    papers: "Papers in progress on this phone",
    none: "This phone keeps no paper in progress.",
    again: "Try again",
  },
};
const STYLE =
  "body{font:1.125rem/1.6 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem}" +
  "h1{font-size:1.5rem}h2{font-size:1.25rem}ul{list-style:none;padding:0}" +
  "a{display:inline-block;padding:.7rem 0;overflow-wrap:anywhere}";
/** Opens the page again once the server can be reached. */
const SCRIPT =
  "addEventListener('online',()=>location.reload());" +
  "setInterval(()=>fetch('/healthz').then((reply)=>reply.ok&&location.reload(),()=>{}),15000)";

const cacheOf = (code) => PREFIX + code;
const addressOf = (code) => `/bai-thi/${code}`;

/** Whether a page is the paper of this attempt, to be worked on: no other page has its form. */
const isPaper = (page, code) => {
  const [form] = page.match(/<form[^>]* id="?de-thi\b[^>]*>/) || [""];
  return new RegExp(` data-code="?${code}["\\s>]`).test(form);
};

const picturesOf = (page) => new Set((page.match(/src="\/hinh\/[0-9a-f]{64}"/g) || []).map((found) => found.slice(5, -1)));

const copyOf = async (code) =>
  (await caches.has(cacheOf(code))) && (await caches.open(cacheOf(code))).match(addressOf(code));

/** Whether a paper is kept with all its pictures. */
async function isWhole(code) {
  const copy = await copyOf(code);
  if (!copy) return false;
  const cache = await caches.open(cacheOf(code));
  const found = await Promise.all([...picturesOf(await copy.text())].map((address) => cache.match(address)));
  return found.every(Boolean);
}

/** Keep a paper with its pictures; the page is whole in itself. */
async function keep(code, reply) {
  const page = await reply.text();
  if (!isPaper(page, code)) return;
  const headers = new Headers(reply.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.set(KEPT, Date.now());
  const cache = await caches.open(cacheOf(code));
  await cache.put(addressOf(code), new Response(page, { headers }));
  const load = async (address) => (await cache.match(address)) || cache.add(address);
  await Promise.all([...picturesOf(page)].map((address) => load(address).catch(() => {})));
  await dropOld();
}

/** What the network says of an attempt decides what is kept of it. */
async function file(code, reply) {
  if (reply.ok && !reply.redirected) return keep(code, reply);
  const away = reply.type === "opaqueredirect" || reply.redirected || [401, 403, 404, 410].includes(reply.status);
  if (away) await caches.delete(cacheOf(code));
  return away;
}

/** What is under way of each attempt: a page that is on its way is kept, and a page asks for its paper. */
const coming = new Map();
const asked = new Map();

/** Note some work for an attempt until it has ended, well or not. */
function noted(works, code, work) {
  const ended = work.catch(() => {}).then(() => works.get(code) === ended && works.delete(code));
  works.set(code, ended);
  return ended;
}

/** Fetch a paper that stands on a page until it is kept whole, or is not to be kept. */
async function fetchShown(code) {
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    await coming.get(code);
    if (await isWhole(code)) return;
    const control = new AbortController();
    const limit = setTimeout(() => control.abort(), GIVEN_UP);
    const options = { headers: { Accept: "text/html" }, redirect: "manual", signal: control.signal };
    const reply = fetch(addressOf(code), options).then((found) => file(code, found));
    const away = await reply.catch(() => false);
    clearTimeout(limit);
    if (away) return;
  }
}

/** A page wants to be kept; one that asks again meanwhile gets the same. */
const keepShown = (code) => asked.get(code) || noted(asked, code, fetchShown(code));

/** The result is there: what is still on its way to be kept goes as well. */
async function forget(code) {
  await Promise.all([coming.get(code), asked.get(code)]);
  await caches.delete(cacheOf(code));
}

/** The network's answer once it is whole; nothing where a kept paper serves better. */
async function better(network, code) {
  try {
    const reply = await network;
    const page = await reply.clone().text();
    const failed = reply.status >= 500 || reply.status === 429 || (reply.ok && !isPaper(page, code));
    return failed ? null : reply;
  } catch {
    return null;
  }
}

/** A kept paper with less time left than when it was kept. */
async function aged(copy) {
  const kept = Number(copy.headers.get(KEPT));
  const age = Math.max(0, Date.now() - kept);
  const page = (await copy.text()).replace(
    / data-remaining="?(\d+)"?/,
    (_, left) => ` data-remaining=${Math.max(0, left - age)} data-kept=${kept}`,
  );
  return new Response(page, { headers: copy.headers });
}

async function openPaper(network, code) {
  const copy = await copyOf(code);
  if (!copy) return network.catch(() => noNetwork(addressOf(code)));
  const enough = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  return (await Promise.race([better(network, code), enough])) || aged(copy);
}

/** A picture never changes under its address. */
async function picture(request) {
  return (await caches.match(request, { ignoreVary: true })) || fetch(request);
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The papers kept on this phone as links, and the language of the newest. */
async function keptPapers() {
  const found = [];
  for (const name of await caches.keys()) {
    const code = name.slice(PREFIX.length);
    const copy = name.startsWith(PREFIX) && (await copyOf(code));
    if (!copy) continue;
    const page = await copy.text();
    const title = (page.match(/<title>([^<]*)<\/title>/) || [])[1] || code;
    found.push({
      link: `<li><a href="${escaped(addressOf(code))}">${title.replace(/ - Hội Thi$/, "")}</a>`,
      lang: (page.match(/<html lang="?(\w+)/) || [])[1],
    });
  }
  return found;
}

/** How a content policy names a style or a script inside a page. */
async function hashOf(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}

/** The page instead of one that cannot be fetched. */
async function noNetwork(address) {
  const papers = await keptPapers();
  const lang = papers.some((paper) => paper.lang === "en") ? "en" : "vi";
  const texts = TEXTS[lang];
  const list = papers.length
    ? `<h2>${texts.papers}</h2><ul>${papers.map((paper) => paper.link).join("")}</ul>`
    : `<p>${texts.none}`;
  const page =
    `<!doctype html><html lang=${lang}><meta charset=utf-8><title>${texts.title} - Hội Thi</title>` +
    "<meta name=viewport content=\"width=device-width,initial-scale=1\"><meta name=color-scheme content=\"light dark\">" +
    `<style>${STYLE}</style><script>${SCRIPT}</script>` +
    `<main><h1>${texts.title}</h1><p>${texts.why}${list}<p><a href="${escaped(address)}">${texts.again}</a></main>`;
  const headers = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy":
      `default-src 'none'; style-src ${await hashOf(STYLE)}; script-src ${await hashOf(SCRIPT)}; ` +
      "connect-src 'self'; base-uri 'none'; form-action 'none'",
  };
  return new Response(page, { status: 503, headers });
}

/** Forget papers that nobody can be working on any more. */
async function dropOld() {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const copy = await copyOf(name.slice(PREFIX.length));
    const kept = copy ? Number(copy.headers.get(KEPT)) : 0;
    if (Date.now() - kept > TOO_OLD) await caches.delete(name);
  }
}

addEventListener("install", (event) => {
  skipWaiting();
  // Newer browsers then open all other pages without starting this worker first.
  if (event.addRoutes) {
    const mine = ["/", "/bai-thi/:code", "/hinh/:sha"].map((urlPattern) => ({ urlPattern }));
    event.addRoutes({ condition: { not: { or: mine } }, source: "network" }).catch(() => {});
  }
});

addEventListener("activate", (event) => event.waitUntil(Promise.all([dropOld(), clients.claim()])));

/** From a paper its code; from its result that it is over. */
addEventListener("message", (event) => {
  const { over } = event.data;
  event.waitUntil(over ? forget(over) : keepShown(event.data));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method !== "GET") return;
  if (PICTURE.test(pathname)) return event.respondWith(picture(request));
  if (request.mode !== "navigate") return;
  if (pathname === "/") return event.respondWith(fetch(request).catch(() => noNetwork("/")));
  const [, code] = PAPER.exec(pathname) || [];
  if (!code) return;
  const network = fetch(request);
  event.waitUntil(noted(coming, code, network.then((reply) => file(code, reply.clone()))));
  event.respondWith(openPaper(network, code));
});
