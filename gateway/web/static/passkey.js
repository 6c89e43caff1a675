// Passkeys: asks the browser for one, puts its answer into the form and sends the form.
"use strict";
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const supported = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
  const state = form.querySelector("[data-state]");
  if (!supported) continue;
  form.hidden = false;
  state.hidden = true;
  form.addEventListener("submit", async (event) => {
    if (form.elements.passkey.value) return;
    event.preventDefault();
    const options = JSON.parse(form.dataset.options);
    try {
      const answer = form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.passkey.value = JSON.stringify(answer.toJSON());
      form.submit();
    } catch {
      state.hidden = false;
    }
  });
}
