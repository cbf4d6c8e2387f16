// Pages that save as they go. Without this, a Save button does the same.
"use strict";

{
  const form = () => document.getElementById("editor");
  const isEditor = (context) => context.sourceElement?.id === "editor";
  let changes = 0; // typed and not yet known to be saved
  let sent = 0;

  const say = (text) => {
    const place = document.getElementById("saved");
    if (place) place.textContent = text;
  };
  const REASONS = {
    403: "you aren’t logged in any more. Log in on another tab, then go on here",
    413: "it is too long",
    422: "something in it can’t be taken as it stands. Use the button to see what",
    429: "too much was sent within a short time",
  };

  document.addEventListener("input", (event) => {
    if (event.target.form === form()) changes += 1;
  });

  // Whoever was faster than this script is heard all the same.
  const isChanged = (control) =>
    control.matches("[type=radio], [type=checkbox]")
      ? control.checked !== control.defaultChecked
      : control.matches("input:not([type=hidden]), textarea") && control.value !== control.defaultValue;
  const hear = () => {
    const early = [...(form()?.elements ?? [])].find(isChanged);
    early?.dispatchEvent(new Event("input", { bubbles: true }));
  };
  if (form()?.hasAttribute("data-htmx-powered")) hear();
  else document.addEventListener("htmx:after:process", hear, { once: true });

  // A save that waited for the one before it takes along what was typed meanwhile, and the newest fingerprint.
  document.addEventListener("htmx:before:request", (event) => {
    const context = event.detail.ctx;
    if (!isEditor(context)) return;
    context.request.body = new URLSearchParams(new FormData(form()));
    sent = changes;
    say("Saving …");
  });
  // A conflict brings its own words; any other refusal is a whole page, which has no place beside a field.
  document.addEventListener("htmx:before:response", (event) => {
    const { response, sourceElement } = event.detail.ctx;
    if (sourceElement?.id !== "editor" || response.status < 400 || response.status === 409) return;
    event.preventDefault();
    say(`Not saved: ${REASONS[response.status] ?? "something went wrong"}. What you typed is still here.`);
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx && isEditor(event.detail.ctx)) say("Not saved: no connection. What you typed is still here.");
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const context = event.detail.ctx;
    if (isEditor(context) && context.response?.status === 200 && sent === changes) changes = sent = 0;
    for (const place of document.querySelectorAll(".editor .field-error[id$='-error']")) {
      const control = document.getElementById(place.id.replace(/-error$/, ""));
      if (!control?.matches("input, select, textarea")) continue;
      if (place.textContent) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    if (document.activeElement === document.body) document.querySelector("#page [data-takes-focus]")?.focus();
  });
  document.addEventListener("submit", () => { changes = 0; });
  // What was typed within the last second would be lost.
  addEventListener("beforeunload", (event) => {
    if (window.htmx && changes > 0) event.preventDefault();
  });
}
