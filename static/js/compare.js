// The comparison: what only a script can do. Everything else works without it.
"use strict";

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
