/** Larger print, and questions read aloud where the phone can. */

import { byId, fill, form, words } from "./page.js";

const SIZES = words.sizes.split(", ");

/** A size of print for this phone, kept there. */
function setSize(size) {
  document.documentElement.dataset.size = size;
  byId("co-chu").setAttribute("aria-label", fill(words.size, SIZES[size]));
}

export function largePrint() {
  let size = 0;
  try {
    size = Number(localStorage.getItem("co-chu")) % 3 || 0;
  } catch {
    // Not kept.
  }
  setSize(size);
  byId("co-chu").hidden = false;
  byId("co-chu").addEventListener("click", () => {
    size = (size + 1) % 3;
    setSize(size);
    try {
      localStorage.setItem("co-chu", size);
    } catch {
      // Not kept.
    }
  });
}

let speaking = null;

function stop() {
  speechSynthesis.cancel();
  if (speaking) speaking.setAttribute("aria-pressed", false);
  speaking = null;
}

/** Read a question with its options, part by part: long texts at once break off on some phones. */
function speak(question, button, voice) {
  const same = speaking === button;
  stop();
  if (same) return;
  speaking = button;
  button.setAttribute("aria-pressed", true);
  const parts = [...question.querySelectorAll("legend, .stem, label, .sides li")].map((part) => part.textContent);
  parts.forEach((text, index) => {
    const part = new SpeechSynthesisUtterance(text);
    part.lang = "vi-VN";
    part.voice = voice;
    if (index === parts.length - 1) part.onend = () => speaking === button && stop();
    speechSynthesis.speak(part);
  });
}

export function readAloud() {
  if (!("speechSynthesis" in window)) return;
  const offer = () => {
    const voice = speechSynthesis.getVoices().find(({ lang }) => /^vi/i.test(lang));
    if (!voice || form.querySelector(".listen")) return;
    for (const question of form.querySelectorAll("fieldset")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "listen";
      button.textContent = words.listen;
      button.setAttribute("aria-label", `${words.listen}: ${fill(words.q, question.id.slice(1))}`);
      button.addEventListener("click", () => speak(question, button, voice));
      question.querySelector("legend").after(button);
    }
    form.className = "speaks";
  };
  offer();
  speechSynthesis.onvoiceschanged = offer;
  addEventListener("pagehide", stop);
}
