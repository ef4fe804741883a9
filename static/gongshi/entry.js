// Forms with data-guard: leaving with unsaved changes is asked about; fields that
// the server finds wrong are marked for readers. Without this file the form works
// the same; the server says what it finds when it is handed in.
"use strict";

const guarded = document.querySelector("form[data-guard]");
let changes = 0;
let saved = 0;

guarded.addEventListener("input", () => { changes += 1; });
guarded.addEventListener("change", () => { changes += 1; });
guarded.addEventListener("submit", () => { saved = changes; });

window.addEventListener("beforeunload", (event) => {
  if (changes !== saved) event.preventDefault();
});

// What was typed while the draft was on its way is not saved yet.
const draft = document.getElementById("draft-state");
let sent = 0;
draft?.addEventListener("htmx:beforeRequest", () => { sent = changes; });
draft?.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) saved = sent;
});

document.body.addEventListener("htmx:oobAfterSwap", (event) => {
  const place = event.detail.target;
  if (!place.id.startsWith("found-")) return;
  const input = document.getElementById(place.id.replace("found-", "f-"));
  if (place.querySelector(".found-error")) input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
});

document.getElementById("entry-summary")?.focus();
