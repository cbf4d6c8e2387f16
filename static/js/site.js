// What every page may need. Everything works without it.
"use strict";

// A summary of errors takes the focus, so that nobody has to look for what went wrong.
document.querySelector("[data-takes-focus]")?.focus();
