/** What this phone keeps of the attempt: the answers at once, and what is known of the server. */

import { endOnThisPhone, left, setLeft } from "./clock.js";
import { read, write } from "./fields.js";
import { differing, merge } from "./merge.js";
import { fill, key, note, own, paper, words } from "./page.js";

/** Places whose answers the server has not acknowledged. */
export const unsent = () => differing(read(), paper.base);

function recall() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export function remember() {
  const kept = recall();
  // A page opened later in another tab keeps its own.
  if (paper.over || (kept && kept.page > paper.page)) return;
  const { known, base, tried, page, given, wish } = paper;
  const now = { known, base, tried, page, given, wish, answers: read(), end: endOnThisPhone(), unsent: unsent().length };
  try {
    localStorage.setItem(key, JSON.stringify(now));
  } catch {
    // A phone that keeps nothing still sends everything.
  }
}

/** The attempt is over: neither answers nor page stay on this phone. A result that is on its way hears what was lost. */
export function forget(lost) {
  paper.over = true;
  try {
    localStorage.removeItem(key);
    if (lost) sessionStorage[key] = lost;
    caches.delete(key);
  } catch {
    // Nothing was kept.
  }
}

/** Put what the server holds and what stands here together; says where both had changed. */
export function join(stored, seq, mine = read()) {
  const ours = paper.tried.includes(JSON.stringify(stored));
  // A number below the known one: the server was set back. Nothing of its older set goes over what it had acknowledged.
  const [whole, clashes] = ours || seq < paper.known ? [mine, []] : merge(paper.base, mine, stored);
  Object.assign(paper, { base: stored, known: seq, tried: [] });
  write(whole);
  if (clashes.length) note("loi-luu", fill(words.clash, clashes.filter(Number).join(", ")));
  remember();
}

/** Take up what an earlier visit left. Whether this page itself may be older than that. */
export function restore() {
  const stored = read();
  paper.base = stored;
  const kept = "unsaved" in own ? null : recall();
  if (!kept || !kept.base) return false;
  const seq = paper.known;
  const { known, base, tried, given, wish, answers } = kept;
  Object.assign(paper, { known, base, tried, given, wish });
  if (kept.page === paper.page) setLeft(Math.min(left(), kept.end - Date.now()));
  else if (kept.page > paper.page) paper.page = kept.page;
  if (seq > kept.known) join(stored, seq, answers);
  else write(answers);
  return kept.page >= own.page;
}
