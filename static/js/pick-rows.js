/** Ticks rows by keyboard and many at once: x ticks the row in focus, j and k go on, Shift and click tick a range. */

export default function pickRows(form) {
  const boxes = [...form.querySelectorAll('tbody input[type="checkbox"]')];
  const head = form.querySelector("thead th");
  let last = -1;

  if (head && boxes.length > 1) {
    const label = document.createElement("label");
    const all = document.createElement("input");
    all.type = "checkbox";
    label.className = "pick";
    label.append(all, ...head.childNodes);
    head.append(label);
    all.addEventListener("change", () => {
      for (const box of boxes) {
        box.checked = all.checked;
      }
    });
  }
  boxes.forEach((box, place) => {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last >= 0) {
        for (let at = Math.min(last, place); at <= Math.max(last, place); at += 1) {
          boxes[at].checked = box.checked;
        }
      }
      last = place;
    });
  });
  form.addEventListener("keydown", (event) => {
    const typing = event.target.closest('input:not([type="checkbox"]), textarea, select');
    if (typing || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const row = event.target.closest("tr");
    const here = row ? boxes.indexOf(row.querySelector('input[type="checkbox"]')) : -1;
    const step = { j: 1, k: -1 }[event.key];
    if (step) {
      const next = boxes[Math.min(boxes.length - 1, Math.max(0, here + step))];
      if (next) {
        next.focus();
        event.preventDefault();
      }
    } else if (event.key === "x" && here >= 0 && event.target !== boxes[here]) {
      boxes[here].click();
      event.preventDefault();
    }
  });
}
