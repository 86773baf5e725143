/** Wakes the parts of a page that carry data-module="name"; every page works without this file. */

const GUARD_MS = 1000;

/** Start a part; data-awake names those that listen. */
function wake(element, name, module) {
  const work = module.default(element);
  element.dataset.awake = `${element.dataset.awake || ""} ${name}`;
  return work;
}

for (const element of document.querySelectorAll("[data-module]")) {
  for (const name of element.dataset.module.split(" ")) {
    if (/^[a-z-]+$/.test(name)) {
      import(`./${name}.js`).then((module) => wake(element, name, module)).catch(() => {});
    }
  }
}

document.addEventListener("click", (event) => {
  const asking = event.target.closest("[data-confirm]");
  if (asking && !window.confirm(asking.dataset.confirm)) {
    event.preventDefault();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, GUARD_MS);
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
