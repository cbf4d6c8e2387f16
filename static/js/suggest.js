// Suggestions under search fields, after the ARIA pattern of a combobox with a list box: arrows choose, Enter follows,
// Escape closes. Without this the fields are plain ones.
"use strict";
{
  const PAUSE = 120; // milliseconds after the last key
  const SHORTEST = 2;
  const list = document.createElement("ul");
  const status = document.createElement("p");
  let field = null;
  let timer = 0;
  let asked = null;

  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  status.className = "unseen";
  status.setAttribute("role", "status");

  const options = () => [...list.querySelectorAll('[role="option"]')];
  const chosen = () => list.querySelector('[aria-selected="true"]');

  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    field?.setAttribute("aria-expanded", "false");
    field?.removeAttribute("aria-activedescendant");
  };

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  };

  const place = () => {
    const box = field.getBoundingClientRect();
    list.style.insetInlineStart = `${box.left + window.scrollX}px`;
    list.style.insetBlockStart = `${box.bottom + window.scrollY + 4}px`;
    list.style.inlineSize = `${box.width}px`;
  };

  const show = (markup) => {
    list.innerHTML = markup;
    const count = options().length;
    status.textContent = count ? `${count} suggestion${count === 1 ? "" : "s"}` : "";
    if (!count || document.activeElement !== field) return close();
    place();
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
  };

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`/suggest?${new URLSearchParams({ q: field.value })}`, { signal: asked.signal });
      if (answer.ok) show(await answer.text());
      else close();
    } catch {
      list.hidden = true; // nothing is missing but the suggestions
    }
  };

  const adopt = (control) => {
    if (field === control) return;
    field = control;
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) field.setAttribute(name, value);
  };

  const keys = {
    ArrowDown: () => choose(options()[(options().indexOf(chosen()) + 1) % options().length]),
    ArrowUp: () => choose(options().at(Math.max(options().indexOf(chosen()), 0) - 1)),
    Escape: close,
  };

  document.body.append(list, status);
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.('input[type="search"][name="q"]')) adopt(event.target);
  });
  document.addEventListener("input", (event) => {
    if (event.target !== field) return;
    clearTimeout(timer);
    if (field.value.trim().length < SHORTEST) return close();
    timer = setTimeout(ask, PAUSE);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target !== field || list.hidden || event.isComposing) return;
    if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      location.assign(chosen().dataset.address);
    } else if (event.key in keys) {
      event.preventDefault();
      keys[event.key]();
    } else if (event.key === "Tab") {
      close();
    }
  });
  // Results that follow the typing are sent without a button; Enter and the button have one.
  document.addEventListener("submit", (event) => {
    if (event.submitter) close();
  }, true);
  document.addEventListener("focusout", (event) => {
    if (event.target === field) close();
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest('[role="option"]');
    event.preventDefault(); // the field keeps the focus
    if (option) location.assign(option.dataset.address);
  });
  addEventListener("resize", close);
}
