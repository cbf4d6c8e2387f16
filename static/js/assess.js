// The report: copying the questions, printing. Without this, selecting and the browser's own menu do the same.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (button?.matches("[data-prints]")) print();
  if (!button?.dataset.copies) return;
  const place = document.getElementById(button.dataset.copies);
  const lines = [...place.querySelectorAll("h3, li")].map((one) => (one.tagName === "LI" ? `- ${one.textContent}` : `\n${one.textContent}`));
  const said = document.getElementById("copied");
  try {
    await navigator.clipboard.writeText(lines.join("\n").trim() + "\n");
    said.textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(place);
    said.textContent = "They are selected: copy them with the keyboard.";
  }
});
