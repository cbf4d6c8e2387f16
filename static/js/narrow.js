// The box in a long list of filters: what is typed there leaves the values whose name holds it, and those that are ticked.
// It has no name, so that nothing of it gets into an address. Without this the whole list is there and the box isn't.
"use strict";
{
  // As the search folds words: lower case, no accents, the letters that Unicode doesn't take apart.
  const SMALL = { ß: "ss", ø: "o", ł: "l", đ: "d", æ: "ae" };
  const folded = (text) =>
    text.toLowerCase().replace(/[ßøłđæ]/g, (letter) => SMALL[letter]).normalize("NFKD").replace(/\p{M}/gu, "");
  const boxes = () => document.querySelectorAll(".narrow input");

  const narrow = (box) => {
    const words = folded(box.value).split(/\s+/).filter(Boolean);
    const options = [...box.closest("fieldset").querySelectorAll(".option")];
    let left = 0;
    for (const option of options) {
      const name = folded(option.querySelector("span").textContent);
      const stays = option.querySelector("input").checked || option.contains(document.activeElement);
      option.hidden = !stays && !words.every((word) => name.includes(word));
      if (!option.hidden) left += 1;
    }
    const said = words.length ? `${left} of ${options.length} listed` : "";
    const status = box.parentElement.querySelector('[role="status"]');
    if (status.textContent !== said) status.textContent = said;
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches?.(".narrow input")) narrow(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.(".narrow input") || event.isComposing) return;
    if (event.key === "Enter") event.preventDefault(); // there is nothing to send
    if (event.key === "Escape" && event.target.value) {
      event.preventDefault(); // a sheet stays open
      event.target.value = "";
      narrow(event.target);
    }
  });
  // A folded list is whole again: nobody sees the box that would say why something is missing.
  document.addEventListener("toggle", (event) => {
    const box = event.target.matches?.(".more:not([open])") && event.target.querySelector(".narrow input");
    if (box) {
      box.value = "";
      narrow(box);
    }
  }, true);
  // New results bring the whole lists back, with other counts.
  document.addEventListener("htmx:after:swap", () => boxes().forEach(narrow));
}
