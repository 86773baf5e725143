/** Asks, while a question is typed, which stored ones it is nearly the same as, and shows them within its form.

XMLHttpRequest because it parses the document itself, which trusted types allow. */

const PAUSE_MS = 900;
const LEAST = 10;
/** What does not change which questions are near. */
const ASIDE = /^(csrf_token|code|topic|difficulty|tags|source|explanation|guide|markdown|picture|version|changed)$/;

export default function near(place) {
  const form = place.closest("form");
  let timer = 0;
  let asked = "";

  place.replaceChildren();

  function said() {
    const words = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !ASIDE.test(name)) {
        words.append(name, value);
      }
    }
    return words;
  }

  function ask() {
    const words = said();
    const text = words.toString();
    if (text === asked) {
      return;
    }
    asked = text;
    if ((words.get("stem") || "").trim().length < LEAST) {
      place.replaceChildren();
      return;
    }
    words.set("csrf_token", form.elements.csrf_token.value);
    const request = new XMLHttpRequest();
    request.open("POST", place.dataset.address);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    request.onloadend = () => {
      const found = request.status === 200 && request.response && request.response.getElementById("gan-giong");
      if (found && text === asked) {
        place.replaceChildren(...found.children);
      } else if (!found) {
        asked = "";
      }
    };
    request.send(words);
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  }

  form.addEventListener("input", soon);
  // What stood there before this file came counts too.
  soon();
}
