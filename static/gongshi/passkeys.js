// Passkeys: asks the browser for one, or to use one, and sends what it answers.
// Buttons are hidden until it is known that the browser can do it.
(() => {
  "use strict";

  const bytes = (text) => {
    const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  };

  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const descriptors = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async ({ publicKey }) => {
    const credential = await navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        user: { ...publicKey.user, id: bytes(publicKey.user.id) },
        excludeCredentials: descriptors(publicKey.excludeCredentials),
      },
    });
    const { response } = credential;
    return answer(credential, {
      attestationObject: text(response.attestationObject),
      clientDataJSON: text(response.clientDataJSON),
      transports: response.getTransports ? response.getTransports() : [],
    });
  };

  const use = async ({ publicKey }) => {
    const credential = await navigator.credentials.get({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        allowCredentials: descriptors(publicKey.allowCredentials),
      },
    });
    const { response } = credential;
    return answer(credential, {
      authenticatorData: text(response.authenticatorData),
      clientDataJSON: text(response.clientDataJSON),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    });
  };

  const answer = (credential, response) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });

  const options = async (form) => {
    if (form.dataset.options) {
      const response = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
      return response.json();
    }
    return JSON.parse(document.getElementById("passkey-options").textContent);
  };

  const run = async (form) => {
    const given = await options(form);
    const credential = given.creation_options
      ? await create(given.creation_options)
      : await use(given.request_options);
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-passkey-failed]");
    if (!window.PublicKeyCredential || !window.isSecureContext) {
      form.querySelector("[data-passkey-missing]")?.removeAttribute("hidden");
      continue;
    }
    form.querySelector("button").hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      failed.hidden = true;
      run(form).catch(() => { failed.hidden = false; failed.focus(); });
    });
  }
})();
