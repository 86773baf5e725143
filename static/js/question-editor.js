/** The editor of questions: fields by kind, rows that move, a preview as on the phone, and keeping what is typed.

The form works without it: "Đổi biểu mẫu" shows the fields of a kind, "Xem trước" opens the preview. */

const PREVIEW_MS = 600;
const KEEP_MS = 4000;

export default function questionEditor(form) {
  const split = form.parentElement;
  showKind(form);
  for (const part of split.querySelectorAll(".only-script")) {
    part.hidden = false;
  }
  for (const part of form.querySelectorAll(".no-script-only")) {
    part.hidden = true;
  }
  form.addEventListener("change", (event) => {
    if (event.target.name === "kind") {
      showKind(form);
    }
  });
  form.addEventListener("keydown", (event) => onKey(form, event));
  addAnswers(form);
  addPictures(form);
  const look = previewer(form, split.querySelector(".editor-preview"));
  const keep = keeper(form);
  form.addEventListener("input", () => {
    look();
    keep.soon();
  });
  form.addEventListener("change", () => {
    look();
    keep.soon();
  });
  form.addEventListener("submit", keep.stop);
  look();
  if (typedAlready(form)) {
    keep.soon();
  }
}

/** On a slow line somebody types before this has loaded. */
function typedAlready(form) {
  return [...form.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue);
}

function showKind(form) {
  const kind = form.elements.kind.value;
  for (const part of form.querySelectorAll("[data-kinds]")) {
    part.hidden = !part.dataset.kinds.split(" ").includes(kind);
  }
  const scoring = form.elements.scoring;
  for (const option of scoring.options) {
    option.disabled = option.hidden = !option.dataset.for.split(" ").includes(kind);
  }
  if (scoring.selectedOptions.length === 0 || scoring.selectedOptions[0].disabled) {
    const fitting = [...scoring.options].find((option) => !option.disabled);
    scoring.value = fitting ? fitting.value : "all";
  }
}

function onKey(form, event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector('.actions button[type="submit"]'));
    return;
  }
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const row = event.altKey && step && event.target.closest("[data-row]");
  if (row) {
    event.preventDefault();
    swap(form, row, step);
  }
}

/** Swaps what two rows hold; names and letters stay where they are. */
function swap(form, row, step) {
  const rows = [...form.querySelectorAll("[data-row]")];
  const other = rows[rows.indexOf(row) + step];
  if (!other) {
    return;
  }
  const fields = (of) => [...of.querySelectorAll("input, textarea")];
  const [mine, theirs] = [fields(row), fields(other)];
  mine.forEach((field, place) => {
    const twin = theirs[place];
    if (field.type === "checkbox") {
      [field.checked, twin.checked] = [twin.checked, field.checked];
    } else {
      [field.value, twin.value] = [twin.value, field.value];
    }
  });
  const more = other.closest("details.more");
  if (more) {
    more.open = true;
  }
  theirs[Math.max(0, mine.indexOf(document.activeElement))].focus();
  form.dispatchEvent(new Event("input"));
}

function addAnswers(form) {
  const button = form.querySelector("[data-add-answer]");
  button.addEventListener("click", () => {
    const rows = form.querySelectorAll("[data-answer]");
    const last = rows[rows.length - 1];
    if (rows.length >= 20) {
      return;
    }
    const fresh = last.cloneNode(true);
    const rename = (text) => text.replace(/answers-\d+-/, `answers-${rows.length}-`);
    fresh.setAttribute("aria-label", last.getAttribute("aria-label").replace(/\d+/, rows.length + 1));
    for (const field of fresh.querySelectorAll("input, textarea")) {
      field.name = rename(field.name);
      field.id = rename(field.id);
      field.checked = false;
      if (field.type !== "checkbox") {
        field.value = "";
      }
    }
    for (const label of fresh.querySelectorAll("label[for]")) {
      label.htmlFor = rename(label.htmlFor);
    }
    last.after(fresh);
    fresh.querySelector("input").focus();
  });
}

/** Sends a chosen picture and puts the words that show it where the writing stopped. */
function addPictures(form) {
  let place = form.elements.stem;
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea")) {
      place = event.target;
    }
  });
  const button = form.querySelector('[name="them-hinh"]');
  button.addEventListener("click", async (event) => {
    const file = form.elements.picture.files[0];
    if (!file) {
      return;
    }
    event.preventDefault();
    const data = new FormData();
    data.append("csrf_token", form.elements.csrf_token.value);
    data.append("picture", file);
    const answer = await fetch(form.dataset.picture, { method: "POST", body: data }).catch(() => null);
    const told = answer && (await answer.json().catch(() => null));
    if (told && told.text) {
      place.setRangeText(`\n${told.text}\n`, place.selectionStart, place.selectionEnd, "end");
      form.elements.markdown.checked = true;
      form.elements.picture.value = "";
      place.focus();
      form.dispatchEvent(new Event("input"));
    } else {
      window.alert((told && told.error) || button.textContent);
    }
  });
}

/** Shows the answer of the server in a shadow tree with the style of the real paper. XMLHttpRequest parses it. */
function previewer(form, aside) {
  const phone = aside.querySelector("[data-phone]");
  const hints = aside.querySelector("[data-hints]");
  const root = phone.attachShadow({ mode: "open" });
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = phone.dataset.sheet;
  const body = document.createElement("div");
  root.append(sheet, body);
  aside.hidden = false;
  let timer = 0;
  let running = null;

  function load() {
    if (running) {
      running.abort();
    }
    const request = new XMLHttpRequest();
    running = request;
    request.open("POST", form.dataset.preview);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    request.onload = () => {
      const page = request.status === 200 && request.response;
      const shown = page && page.getElementById("xem-truoc");
      if (shown) {
        body.replaceChildren(...shown.childNodes);
        hints.replaceChildren(...page.getElementById("goi-y").childNodes);
      }
    };
    request.send(typed(form));
  }
  return () => {
    clearTimeout(timer);
    timer = setTimeout(load, PREVIEW_MS);
  };
}

/** What is typed, without files. */
function typed(form) {
  const data = new FormData(form);
  data.delete("picture");
  return data;
}

function keeper(form) {
  const told = form.querySelector("[data-kept]");
  const others = document.getElementById("ai-dang-sua");
  let timer = 0;
  let stopped = false;

  async function send() {
    timer = 0;
    if (stopped) {
      return;
    }
    const answer = await fetch(form.dataset.keep, { method: "POST", body: typed(form) }).catch(() => null);
    const said = answer && answer.ok && (await answer.json().catch(() => null));
    if (!said || stopped) {
      return;
    }
    told.textContent = said.text || "";
    others.replaceChildren(
      ...said.others.map((text) => {
        const line = document.createElement("p");
        line.className = "notice notice-warn";
        line.textContent = text;
        return line;
      }),
    );
  }
  return {
    soon() {
      timer = timer || setTimeout(send, KEEP_MS);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
