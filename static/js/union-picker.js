/** Finds a union while its name is typed: a combobox over the field that otherwise works by its search button. */

const PAUSE_MS = 250;
const SHORTEST = 2;

export default function unionPicker(box) {
  const input = box.querySelector("input[type=text]");
  const button = box.querySelector("button");
  const words = box.dataset;
  const code = codeInput(box, input);
  const list = make("ul", "picker-list", { id: `${input.id}-list`, role: "listbox", "aria-label": input.labels[0].textContent.trim() });
  const status = make("p", "picker-status", { role: "status" });
  let found = [];
  let active = -1;
  let timer = 0;
  let asked = "";

  button.hidden = true;
  list.hidden = true;
  box.querySelector(".picker-row").after(list);
  box.append(status);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    Array.from(list.children).forEach((item, n) => item.setAttribute("aria-selected", String(n === index)));
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  }

  function choose(union) {
    code.value = union.code;
    input.value = union.name;
    asked = union.name;
    showChosen(box, union);
    status.textContent = "";
    close();
  }

  function show() {
    list.textContent = "";
    found.forEach((union, n) => {
      const item = make("li", "", { id: `${list.id}-${n}`, role: "option", "aria-selected": "false" });
      item.append(text("picker-name", union.name), text("picker-path", union.path || ""));
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", () => choose(union));
      list.append(item);
    });
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = found.length ? words.found.replace("{n}", found.length) : words.none;
  }

  async function search() {
    const query = input.value.trim();
    if (query === asked) {
      return;
    }
    asked = query;
    if (query.length < SHORTEST) {
      close();
      status.textContent = "";
      return;
    }
    try {
      const address = new URL(words.source, location.href);
      address.searchParams.set("q", query);
      const reply = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!reply.ok) {
        throw new Error(String(reply.status));
      }
      const answer = await reply.json();
      if (query === asked) {
        found = answer;
        active = -1;
        show();
      }
    } catch (error) {
      asked = "";
      close();
      button.hidden = false;
      status.textContent = words.failed;
    }
  }

  input.addEventListener("input", () => {
    code.value = "";
    showChosen(box, null);
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE_MS);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + found.length + (active < 0 && step < 0 ? 1 : 0)) % found.length);
      event.preventDefault();
    } else if (event.key === "Enter" && open) {
      choose(found[Math.max(active, 0)]);
      event.preventDefault();
    } else if (event.key === "Enter" && button.hidden) {
      search();
      event.preventDefault();
    } else if (event.key === "Escape" && open) {
      close();
      event.preventDefault();
    }
  });
}

/** The hidden input that carries the code; takes over from radios the server listed. */
function codeInput(box, input) {
  const name = input.name.replace(/_tu_khoa$/, "");
  const present = box.querySelector(`input[type=hidden][name="${name}"]`);
  if (present) {
    return present;
  }
  const hidden = make("input", "", { type: "hidden", name });
  const results = box.querySelector(".picker-results");
  const checked = results && results.querySelector(":checked");
  hidden.value = checked ? checked.value : "";
  if (results && !checked) {
    results.addEventListener("change", (event) => { hidden.value = event.target.value; });
    results.querySelectorAll("input").forEach((radio) => { radio.name = `${name}_goi_y`; });
  } else if (results) {
    results.remove();
  }
  box.append(hidden);
  return hidden;
}

function showChosen(box, union) {
  const old = box.querySelector(".picker-chosen");
  if (old) {
    old.remove();
  }
  const results = box.querySelector(".picker-results");
  if (results) {
    results.remove();
  }
  if (union) {
    const line = make("p", "picker-chosen", {});
    line.append(`${box.dataset.chosen} `);
    line.append(text("", union.name, "strong"), text("picker-path", union.path || ""));
    box.append(line);
  }
}

function make(tag, className, attributes) {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  return element;
}

function text(className, content, tag = "span") {
  const element = make(tag, className, {});
  element.textContent = content;
  return element;
}
