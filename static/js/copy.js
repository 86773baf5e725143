/** Adds a button that copies the text beside it. */

export default function copy(place) {
  if (!navigator.clipboard) {
    return;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-secondary";
  button.textContent = place.dataset.label;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    const told = place.querySelector("code, textarea");
    try {
      await navigator.clipboard.writeText((told.value || told.textContent).trim());
    } catch (error) {
      // Not allowed here: what is selected can be copied by hand.
      window.getSelection().selectAllChildren(told);
      if (told.select) {
        told.select();
      }
      return;
    }
    button.textContent = place.dataset.done;
    setTimeout(() => { button.textContent = place.dataset.label; }, 2000);
  });
  place.append(button);
}
