// Try it: sends the request of an operation page to this sandbox and shows the answer as text.
// Number and token stand in the message alone, never in an address.
"use strict";

const MOST_SHOWN = 200_000;  // characters of an answer

const panel = document.getElementById("try");
const request = document.getElementById("try-request");
const permit = document.getElementById("try-permit");
const send = document.getElementById("try-send");
const state = document.getElementById("try-state");
const answer = document.getElementById("try-answer");

permit?.addEventListener("change", () => {
  request.value = permit.selectedOptions[0].dataset.request;
});

/** XML with an element on each line. Text of leaves stays as it is. */
function laidOut(xml) {
  let depth = 0;
  return xml.replace(/>\s*</g, ">\n<").split("\n").map((line) => {
    if (line.startsWith("</")) depth -= 1;
    const laid = "  ".repeat(Math.max(depth, 0)) + line;
    if (/^<[^!?/]/.test(line) && !/\/>$/.test(line) && !/<\//.test(line)) depth += 1;
    return laid;
  }).join("\n");
}

send.addEventListener("click", async () => {
  send.disabled = true;
  state.textContent = "Sending …";
  const begun = performance.now();
  try {
    const response = await fetch(panel.dataset.address, {
      method: "POST",
      headers: { "Content-Type": "text/xml; charset=utf-8", SOAPAction: `"${panel.dataset.action}"` },
      body: request.value,
      credentials: "same-origin",
      referrerPolicy: "no-referrer",
    });
    const text = await response.text();
    const milliseconds = Math.round(performance.now() - begun);
    const fault = /<Code>|:Code>([A-Za-z]+)<\//.exec(text);
    state.textContent = `HTTP ${response.status}${fault ? `, fault ${fault[1]}` : ""}, ${milliseconds} ms, ${text.length} characters`;
    answer.textContent = laidOut(text).slice(0, MOST_SHOWN);
  } catch {
    state.textContent = "No answer: the service cannot be reached from this page.";
    answer.textContent = "";
  }
  answer.closest(".code").hidden = answer.textContent === "";
  send.disabled = false;
});

panel.hidden = false;
