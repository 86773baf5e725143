/**
 * What makes some kinds of questions handier than selects and a bare text field: moving items up and down, a sign for
 * numbers, words counted. Without this script everything can be answered all the same.
 */

const words = document.querySelector("[data-kinds]").dataset;
const tell = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

const button = (text, label, press) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", press);
  return made;
};

/** The rows of a question in the order of the numbers chosen; those without one stay behind, as they stand. */
const sorted = (list) =>
  [...list.children].sort((a, b) => (Number(place(a).value) || 99) - (Number(place(b).value) || 99));
const place = (row) => row.querySelector("select");

for (const list of document.querySelectorAll("[data-order]")) {
  const move = (row, step) => {
    const rows = sorted(list);
    const from = rows.indexOf(row);
    rows.splice(from, 1);
    rows.splice(Math.max(0, from + step), 0, row);
    rows.forEach((one, index) => {
      place(one).value = index + 1;
    });
    list.append(...rows);
    tell(place(row));
  };
  for (const row of [...list.children]) {
    const name = row.querySelector("label").textContent;
    const moves = document.createElement("div");
    moves.className = "moves";
    for (const [sign, label, step] of [["↑", words.up, -1], ["↓", words.down, 1]]) {
      const made = button(sign, `${label}: ${name}`, () => {
        move(row, step);
        made.focus();
      });
      moves.append(made);
    }
    row.append(moves);
    let before = place(row).value;
    row.addEventListener("focusin", () => (before = place(row).value));
    // A number taken from another item is given to it in exchange.
    place(row).addEventListener("change", () => {
      for (const other of list.children) {
        if (other !== row && place(other).value && place(other).value === place(row).value) place(other).value = before;
      }
      before = place(row).value;
    });
  }
}

for (const field of document.querySelectorAll("[data-number]")) {
  // The number keys of some phones have no minus sign.
  const turn = () => {
    field.value = /^\s*[-−]/.test(field.value) ? field.value.replace(/^\s*[-−]/, "") : `-${field.value}`;
    tell(field);
    field.focus();
  };
  const line = document.createElement("div");
  line.className = "moves";
  line.append(button("+/−", words.sign, turn));
  field.after(line);
}

for (const field of document.querySelectorAll("[data-words]")) {
  const shown = field.parentNode.querySelector("[data-count]");
  const count = () => {
    const number = field.value.split(/\s+/).filter((word) => /[\p{L}\p{N}_]/u.test(word)).length;
    shown.textContent = shown.dataset.count.replace("{}", number);
    shown.classList.toggle("over", number > Number(field.dataset.max || Infinity));
  };
  field.addEventListener("input", count);
  count();
}
