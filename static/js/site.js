// What every page may need. Everything works without it.
"use strict";

// A summary of errors takes the focus, so that nobody has to look for what went wrong.
document.querySelector("[data-takes-focus]")?.focus();

// The results follow the form while somebody types or ticks. htmx sends the form and puts the answer in place.
{
  const PAUSE = 350; // milliseconds after the last key
  let timer = 0;
  let isTyping = false; // this request comes from typing
  let wasTyping = false; // and so did the last entry of the history

  const search = () => document.getElementById("search");
  const isTyped = (control) => control.matches('input[type="search"], input[type="text"]');
  const isAsked = (control) => control.form?.id === "search" && control.name !== ""; // without a name it asks for nothing

  const send = (byTyping) => {
    clearTimeout(timer);
    timer = 0;
    isTyping = byTyping;
    search()?.requestSubmit();
  };

  // What the server ticked, chose and filled in is what the form says, but for the field that is being typed in.
  const follow = () => {
    for (const control of search()?.elements ?? []) {
      if (control.name === "" || (control === document.activeElement && isTyped(control))) continue;
      if (control.type === "checkbox" || control.type === "radio") control.checked = control.defaultChecked;
      else if (control.tagName === "SELECT") control.selectedIndex = [...control.options].findIndex((one) => one.defaultSelected);
      else if (isTyped(control)) control.value = control.defaultValue;
    }
  };

  document.addEventListener("input", (event) => {
    if (!window.htmx || !isAsked(event.target) || !isTyped(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(() => send(true), PAUSE);
  });
  document.addEventListener("change", (event) => {
    if (window.htmx && isAsked(event.target) && !isTyped(event.target)) send(false);
  });
  // Enter, or the button: don't send a second time when the pause is over.
  document.addEventListener("submit", () => clearTimeout(timer), true);

  // Empty fields are left out of the address.
  document.addEventListener("htmx:config:request", (event) => {
    const { request, sourceElement } = event.detail.ctx;
    if (sourceElement?.id !== "search" || !request.body?.delete) return;
    for (const name of new Set(request.body.keys())) {
      const values = request.body.getAll(name).filter((value) => value.trim() !== "");
      request.body.delete(name);
      for (const value of values) request.body.append(name, value);
    }
  });
  // A word that is being typed is one step back, not one a letter.
  document.addEventListener("htmx:before:history:update", (event) => {
    if (isTyping && wasTyping) event.detail.history.type = "replace";
    wasTyping = isTyping;
    isTyping = false;
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (!timer) follow();
    if (event.detail.ctx.response?.status >= 400) document.querySelector("[data-takes-focus]")?.focus();
    if (document.activeElement !== document.body) return;
    // What had the focus is gone: a chip of the tray, or a part of the results.
    const tray = event.detail.ctx.sourceElement?.id === "keep" && document.getElementById("tray-name");
    (tray || document.getElementById("heading"))?.focus({ preventScroll: true });
  });
}

// A toggle of the shortlist that can't be taken gets a page that says why: show it whole, not in the tray's place.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement?.id === "keep" && ctx.response.status >= 400) Object.assign(ctx, { target: document.body, swap: "innerHTML" });
});

// Back may show a page as it was left. If the shortlist has changed since, it is loaded anew.
{
  const KEY = "shortlist changed";
  const stamp = () => {
    try { return sessionStorage.getItem(KEY) ?? ""; } catch { return ""; } // storage is switched off
  };
  let seen = stamp();
  const mark = () => {
    try { sessionStorage.setItem(KEY, Date.now()); } catch { /* as above */ }
    seen = stamp();
  };
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.sourceElement?.matches("#keep, .kept-note")) mark();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted && seen !== stamp()) location.reload();
  });
}
