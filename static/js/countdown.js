/** Ticks the time left until something opens or closes; counts by the server's seconds, not the phone's clock. */

const SPREAD_MS = 3000;

export default function countdown(place) {
  const end = performance.now() + Number(place.dataset.seconds) * 1000;
  const [days, hours, minutes, seconds] = place.dataset.words.split("|");

  function show() {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    const parts = [[Math.floor(left / 86400), days], [Math.floor(left / 3600) % 24, hours],
      [Math.floor(left / 60) % 60, minutes], [left % 60, seconds]];
    const first = Math.min(parts.findIndex(([number]) => number > 0) >>> 0, 3);
    place.textContent = parts.slice(first, first + 2).map(([number, word]) => `${number} ${word}`).join(" ");
    if (left > 0) {
      setTimeout(show, 1000);
    } else if ("reload" in place.dataset) {
      setTimeout(() => location.reload(), Math.random() * SPREAD_MS);
    }
  }
  show();
}
