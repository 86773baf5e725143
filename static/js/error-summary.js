/** Moves focus to the error summary, and from its lines to the fields with their labels in sight. */

export default function errorSummary(box) {
  box.focus();
  box.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) {
      return;
    }
    event.preventDefault();
    const group = control.closest("fieldset");
    const label = (group && group.querySelector("legend")) || document.querySelector(`label[for="${control.id}"]`);
    (label || control).scrollIntoView();
    control.focus({ preventScroll: true });
  });
}
