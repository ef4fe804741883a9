// The button that prints a record; without this file the browser's menu does it.
"use strict";

for (const button of document.querySelectorAll(".print-button")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
