/** Adds a button that hands the text or the picture beside it to another program of the device, such as Zalo. */

async function told(place) {
  const picture = place.querySelector("img");
  if (!picture) {
    return { text: place.querySelector("textarea").value };
  }
  const answer = await fetch(picture.src);
  const blob = await answer.blob();
  return { files: [new File([blob], picture.src.split("/").pop(), { type: blob.type })] };
}

function takesPictures() {
  return Boolean(navigator.canShare && navigator.canShare({ files: [new File([""], "a.png", { type: "image/png" })] }));
}

export default function send(place) {
  if (!navigator.share || (place.querySelector("img") && !takesPictures())) {
    return;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-secondary";
  button.textContent = place.dataset.send;
  button.addEventListener("click", async () => {
    try {
      await navigator.share(await told(place));
    } catch (error) {
      // Somebody who changes their mind is no failure; what else goes wrong leaves the other ways.
      button.blur();
    }
  });
  place.append(button);
}
