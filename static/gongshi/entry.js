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

// What was typed while the draft was on its way is not saved yet; a draft that comes
// back late, after the form was handed in, takes nothing of that back.
const draft = document.getElementById("draft-state");
let sent = 0;
draft?.addEventListener("htmx:beforeRequest", () => { sent = changes; });
draft?.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) saved = Math.max(saved, sent);
});

// What is known of a subject or an item is put into the fields, but not into one in
// which somebody has typed while the answer was on its way. Into the field with the
// focus it comes on leaving it: nothing may change under the fingers.
const known = document.getElementById("known");
let asked = new FormData();
known?.addEventListener("htmx:beforeRequest", () => { asked = new FormData(guarded); });
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const place = event.detail.target;
  if (!place.id.startsWith("widget-")) return;
  const name = place.id.replace("widget-", "");
  const now = new FormData(guarded);
  const field = document.activeElement;
  if (String(now.getAll(name)) !== String(asked.getAll(name))) {
    event.detail.shouldSwap = false;
  } else if (field.name === name && field.type !== "checkbox") {
    event.detail.shouldSwap = false;
    const given = event.detail.fragment.querySelector(`[name="${name}"]`).value;
    fillOnLeaving(field, given);
  }
});

function fillOnLeaving(field, given) {
  const before = field.value;
  field.addEventListener("blur", () => {
    if (field.value !== before) return;
    field.value = given;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, { once: true });
}

document.body.addEventListener("htmx:oobAfterSwap", (event) => {
  const place = event.detail.target;
  if (!place.id.startsWith("found-")) return;
  const input = document.getElementById(place.id.replace("found-", "f-"));
  if (place.querySelector(".found-error")) input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
});

document.getElementById("entry-summary")?.focus();
