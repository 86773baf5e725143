/** One key for each button or link with data-key, while nobody types; a text that a button needs gets the focus first. */

export default function hotkeys(form) {
  for (const hint of form.querySelectorAll(".only-script")) {
    hint.hidden = false;
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) {
      return;
    }
    const target = form.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!target) {
      return;
    }
    event.preventDefault();
    const needed = target.dataset.needs && document.getElementById(target.dataset.needs);
    if (needed && !needed.value.trim()) {
      needed.focus();
      return;
    }
    target.click();
  });
}
