/** Keeps one part of the page fresh: fetches the same page and takes over the part with the same id.

XMLHttpRequest because it parses the document itself, which trusted types allow.
Slower when the server is slow, at rest when nobody looks, never under the reader's focus. */

const LONGEST_MS = 300000;

export default function refresh(part) {
  const every = Number(part.dataset.every || 30) * 1000;
  let wait = every;

  function update() {
    if (document.hidden || part.contains(document.activeElement)) {
      setTimeout(update, wait);
      return;
    }
    const began = performance.now();
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    request.onloadend = () => {
      const fresh = request.status === 200 && request.response && request.response.getElementById(part.id);
      if (fresh) {
        part.textContent = "";
        part.append(...fresh.childNodes);
        wait = Math.max(every, 250 * Math.sqrt(performance.now() - began) - 1000);
      } else {
        wait = Math.min(wait * 2, LONGEST_MS);
      }
      setTimeout(update, wait);
    };
    request.send();
  }
  setTimeout(update, wait);
}
