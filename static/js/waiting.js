/** The waiting room: asks for one's place now and then, and opens the paper when one's turn has come.

Nobody's time begins while they look elsewhere: with the page in the background it waits until it is seen. */

/* The server tells each person their own turn, so they come apart by themselves; only after a failure chance has to. */
const SPREAD_MS = 300;
const LONGEST_MS = 30000;

export default function waiting(part) {
  const form = part.querySelector("form");
  const address = part.dataset.state;
  let failures = 0;

  if (location.pathname !== address) {
    history.replaceState(null, "", address);
  }

  function later(seconds) {
    const ms = Math.min(seconds * 1000 * 2 ** failures, LONGEST_MS);
    setTimeout(look, ms + (failures ? ms / 2 : SPREAD_MS) * Math.random());
  }

  async function look() {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) {
        throw new Error(answer.status);
      }
      const told = await answer.json();
      failures = 0;
      if (told.waiting) {
        show(told);
        later(told.retry_after_s);
      } else {
        enter();
      }
    } catch {
      failures += 1;
      later(Number(part.dataset.wait) || 2);
    }
  }

  function show(told) {
    put("[data-place]", told.place_text);
    put("[data-time]", told.time_text);
  }

  function put(where, text) {
    const place = part.querySelector(where);
    if (place && text && place.textContent !== text) {
      place.textContent = text;
    }
  }

  function enter() {
    form.hidden = false;
    document.title = part.dataset.turn;
    put("[data-place]", part.dataset.ready);
    if (part.querySelector("[data-time]")) {
      part.querySelector("[data-time]").textContent = "";
    }
    if (document.hidden) {
      document.addEventListener("visibilitychange", enter, { once: true });
    } else {
      form.requestSubmit();
    }
  }

  if (!part.dataset.due) {
    later(Number(part.dataset.wait));
  }
}
