// The upload form: says that a file is too large before it is sent, and that it is
// on its way. Without this file the form works the same; the server says it then.
"use strict";

const form = document.querySelector(".upload-form");
const file = form.querySelector("#id_file");
const tooLarge = form.querySelector("#file-too-large");
const button = form.querySelector("button[type=submit]");
const sending = form.querySelector("#sending");

file.addEventListener("change", () => {
  const size = file.files.length ? file.files[0].size : 0;
  file.removeAttribute("aria-invalid");
  form.querySelector("#file-error")?.remove();
  const isTooLarge = size > Number(form.dataset.limit);
  tooLarge.hidden = !isTooLarge;
  button.disabled = isTooLarge;
});

form.addEventListener("submit", () => {
  button.disabled = true;
  sending.textContent = sending.dataset.text;
});

// The browser may bring the page back as it was left: let the form be sent again.
window.addEventListener("pageshow", () => {
  button.disabled = false;
  sending.textContent = "";
});
