/**
 * Answers that an attempt left on this phone: an element with data-module="undelivered" and data-code.
 *
 * The result is there and the paper is gone, so nothing else would send them. They come too late to count, and are sent
 * once as evidence; the page then says so from what the server has kept.
 */

function send(code, kept) {
  const { p: prediction = [null], ...answers } = kept.answers;
  const given_at = kept.given ? new Date(kept.given).toISOString() : undefined;
  return fetch(`/bai-thi/${code}/luu`, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
    },
    body: JSON.stringify({ seq: kept.known + 1, answers, prediction: prediction[0], page: kept.page, given_at }),
  });
}

export default async function undelivered(element) {
  const { code } = element.dataset;
  const key = `bai-${code}`;
  const kept = JSON.parse(localStorage.getItem(key));
  if (!kept) return;
  if (kept.unsent) {
    const { status } = await send(code, kept);
    if (status !== 200 && status !== 400 && status !== 409) return;
  }
  localStorage.removeItem(key);
  if ("caches" in window) await caches.delete(key);
  if (kept.unsent) location.reload();
}
