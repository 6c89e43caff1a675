// Portal: copy buttons, the language that was chosen last, and the filter of long tables.
// Every page works without this file.
"use strict";

const STORED = "epix-language";

for (const block of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.querySelector("pre").textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(block.querySelector("pre"));
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  block.append(button);
}

for (const choice of document.querySelectorAll("input[name=language]")) {
  choice.addEventListener("change", () => sessionStorage.setItem(STORED, choice.value));
  if (sessionStorage.getItem(STORED) === choice.value) choice.checked = true;
}

const filter = document.getElementById("filter");
if (filter) {
  filter.closest("[hidden]").hidden = false;
  const shown = document.getElementById("filter-shown");
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    const box = /^[0-9]+[ab]?$/.test(wanted) ? wanted : null;
    let count = 0;
    for (const row of document.querySelectorAll("[data-boxes]")) {
      const fits = box
        ? row.dataset.boxes.split(" ").includes(box)
        : row.textContent.toLowerCase().includes(wanted);
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = wanted ? `${count} elements` : "";
  });
}
