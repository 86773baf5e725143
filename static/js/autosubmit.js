/** Sends a filter form as soon as a choice in it changes; its button stays for typed text. */

export default function autosubmit(form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=radio], input[type=checkbox]")) {
      form.submit();
    }
  });
}
