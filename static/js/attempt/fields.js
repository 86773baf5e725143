/** The fields of a paper as a set of answers, and back. */

import { byId, form } from "./page.js";

/** Every field of an answer, with the place of its question and, where each is answered by itself, its row. */
const fields = () =>
  [...form.querySelectorAll("[name^=q]")].map((field) => [field, ...field.name.slice(1).split("_")]);
const isChoice = (field) => /^(radio|checkbox)$/.test(field.type);

/** Typed text as the server keeps it, so that what is stored can be told from what is here. */
const tidy = (text) => {
  const line = (one) => one.replace(/\t/g, " ").replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, "").replace(/\s+/g, " ").trim();
  return text.normalize().split(/\r?\n/).map(line).join("\n").replace(/\n{3,}/g, "\n\n").trim();
};

/** The set of answers that stands on the page. */
export function read() {
  const set = {};
  for (const [field, place, row] of fields()) {
    const list = (set[place] = set[place] || []);
    const value = isChoice(field) ? (field.checked ? field.value : "") : tidy(field.value);
    if (row) list[row - 1] = list[row - 1] || value;
    else if (value) list.push(value);
  }
  for (const place in set) if (!set[place].some(Boolean)) delete set[place];
  const guess = form.elements.prediction;
  const digits = guess ? guess.value.replace(/[\s.,]/g, "") : "";
  if (/^\d{1,9}$/.test(digits)) set.p = [Number(digits)];
  return set;
}

/** Put a set of answers on the page; where somebody types nothing jumps. */
export function write(set) {
  for (const [field, place, row] of fields()) {
    const values = set[place] || [];
    const value = (row ? values[row - 1] : values[0]) || "";
    if (isChoice(field)) field.checked = row ? value === field.value : values.includes(field.value);
    else if (tidy(field.value) !== value) field.value = value;
  }
  const guess = form.elements.prediction;
  const [number = ""] = set.p || [];
  if (guess && (read().p || [""])[0] !== number) guess.value = number;
}

export const isDone = (answer) => !!answer && answer.every(Boolean);

/** How many questions are answered in full, in numbers and at the links. */
export function count() {
  const set = read();
  const links = [...document.querySelectorAll("[data-cau]")];
  for (const link of links) {
    if (isDone(set[link.dataset.cau])) link.dataset.state = "done";
    else delete link.dataset.state;
  }
  byId("da-tra-loi").textContent = links.filter((link) => link.dataset.state).length;
}
