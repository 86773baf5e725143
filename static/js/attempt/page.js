/**
 * The page of a paper: what it knows and what it says.
 *
 * A set of answers is an object by place: letters, one text or a value for each row; `p` has the prediction.
 */

export const form = document.querySelector("#de-thi");
export const byId = (id) => document.getElementById(id);
export const own = form.dataset;
export const words = byId("loi").dataset;
export const address = form.getAttribute("action").replace(/\/luu$/, "");
export const key = `bai-${own.code}`;

/** What the page knows of the attempt. */
export const paper = {
  /** Number and content of the last set known to be on the server. */
  known: Number(own.seq),
  base: {},
  /** Sets sent since then: the server may hold one of them without its reply having arrived. */
  tried: [],
  /** Of two pages the one with the greater mark works. */
  page: own.page,
  /** When the last answer was given, in milliseconds of the server's clock. */
  given: null,
  /** The person has asked to submit. */
  wish: false,
  /** Another page works on the attempt. */
  away: false,
  over: false,
};

export const fill = (text, ...values) => values.reduce((whole, value) => whole.replace("{}", value), text);

export const timeOf = (instant) =>
  new Date(instant).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour12: false });

export const announce = (text) => {
  byId("bao").textContent = text;
};

/** Show a note with this text, or as it stands; without a text: hide it. */
export function note(id, text) {
  const place = byId(id);
  const line = place.querySelector("p");
  if (text && text !== true && line.textContent !== text) line.textContent = text;
  place.hidden = !text;
}

let said = "saved";

/** Say where the answers are. Only a change of kind is read out: not every save. */
export function say(kind, text) {
  const place = byId("da-luu");
  place.textContent = text;
  place.dataset.state = kind;
  if (kind === "saving" || kind === said) return;
  announce(kind === "saved" ? words.back : kind === "waiting" ? words.away : text);
  said = kind;
}

/** Let fields be filled in, or not. */
export function enable(may) {
  for (const field of form.querySelectorAll("fieldset, #prediction")) field.disabled = !may;
}
