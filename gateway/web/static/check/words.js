// Words of the page and tables of the form, in the language that was chosen.

const KEPT = "check-language";
const LANGUAGES = ["en", "fr", "es"];

/** Language that was chosen on this device; else the one that the page came in. */
export function language() {
  const kept = stored((storage) => storage.getItem(KEPT));
  return LANGUAGES.includes(kept) ? kept : document.documentElement.lang;
}

/** Use the storage of the browser; null where a person does not allow it. */
function stored(use) {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}

/** Form of a language: {words, head, line, kinds, codes}. */
export async function formIn(tag) {
  const answer = await fetch(new URL(`./form.${tag}.json`, import.meta.url));
  if (!answer.ok) throw new Error("no words");
  return answer.json();
}

/** Keep a language for this device. */
export const keepLanguage = (tag) => stored((storage) => storage.setItem(KEPT, tag));

/** A text with its values. */
export function said(template, values = {}) {
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Put the words of a language into the page. */
export function speak(form, tag) {
  document.documentElement.lang = tag;
  document.title = form.words.title;
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = form.words[each.dataset.word];
  for (const each of document.querySelectorAll("[data-language]"))
    each.setAttribute("aria-pressed", String(each.dataset.language === tag));
}

/** A moment as the language writes it, in UTC. */
export function moment(at, tag) {
  const form = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return `${form.format(at)} UTC`;
}

/** How long ago a moment was, in whole hours or days. */
export function ago(at, now, tag) {
  const hours = Math.round((at - now) / 3_600_000);
  const form = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  return Math.abs(hours) < 36 ? form.format(hours, "hour") : form.format(Math.round(hours / 24), "day");
}
