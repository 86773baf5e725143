/** How much time is left, by the server's clock. */

import { own } from "./page.js";

let endsAt = 0;
let wallEnd = 0;
/** The end as the server has it, in milliseconds since 1970; moves when time is added. */
let due = Number(own.due);

/** The wall clock counts on while a phone sleeps, the other one cannot be set wrong: the smaller is believed. */
export const left = () => Math.min(endsAt - performance.now(), wallEnd - Date.now());
export const serverTime = () => due - left();
export const endOnThisPhone = () => wallEnd;

export function setLeft(milliseconds) {
  endsAt = performance.now() + milliseconds;
  wallEnd = Date.now() + milliseconds;
}

/** Follow what the server says of the time left: it is known no better than half of the way there and back. */
export function follow(remaining, begun, end = due) {
  const half = (performance.now() - begun) / 2;
  due = end;
  if (Math.abs(remaining - half - left()) > half + 300) setLeft(remaining - half);
}

setLeft(Number(own.remaining));
