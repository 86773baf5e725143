/** Asks, while a question is typed, which stored ones it is nearly the same as, and shows them beside the form. */

const PAUSE_MS = 900;
const LEAST = 10;

export default function near(place) {
  const form = place.closest("form");
  let timer = 0;
  let asked = "";

  const value = (name) => form.elements[name]?.value ?? "";

  function said() {
    const words = new URLSearchParams({ stem: value("stem"), passage: value("passage"), ma: place.dataset.own });
    for (const field of form.querySelectorAll("[name^='choices-'][name$='-text'], [name^='answers-'][name$='-text']")) {
      if (field.disabled || !field.value.trim() || !field.offsetParent) {
        continue;
      }
      const right = form.elements[field.name.replace(/-text$/, "-right")];
      const match = form.elements[field.name.replace(/-text$/, "-match")];
      const text = match?.offsetParent ? `${field.value} ${match.value}` : field.value;
      words.append("option", text);
      if (!right || right.checked) {
        words.append("right", text);
      }
    }
    return words;
  }

  async function ask() {
    const words = said();
    const text = words.toString();
    if (text === asked) {
      return;
    }
    asked = text;
    if (words.get("stem").trim().length < LEAST) {
      place.replaceChildren();
      return;
    }
    words.set("csrf_token", value("csrf_token"));
    const answer = await fetch(place.dataset.address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": value("csrf_token") },
      body: words,
    }).catch(() => null);
    if (answer?.ok && text === asked) {
      place.innerHTML = (await answer.json()).html;
    } else if (text === asked) {
      asked = "";
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
}
