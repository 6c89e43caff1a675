// View of a verdict: first what to do, then the boxes, then what is not known. Values are text.

import { oneLine } from "./foreign_text.js";
import { ago, moment, said } from "./words.js";

const LEVELS = { genuine: "good" };
const STOP = new Set(["altered", "key-revoked", "expired", "not-yet-valid"]);
const SVG = "http://www.w3.org/2000/svg";

/** `good`, `ask` or `stop`: only one status is green, and one that is not known here asks. */
export const levelOf = (status) => LEVELS[status] ?? (STOP.has(status) ? "stop" : "ask");

/** Show a verdict in a section. facts: {form, tag, now, host}; host: where the code has led to. */
export function show(section, verdict, { form, tag, now, host }) {
  const words = form.words;
  const level = levelOf(verdict.status);
  const [, head, rest] = words[`paper_${verdict.status}`].match(/^\S+ ([^:]*?) ?: (.*)$/);
  const parts = [banner(level, head, rest, words[`why_${verdict.status}`])];
  if (host) parts.push(element("p", "notice", said(words.led_here, { host })));
  const statement = verdict.statement;
  if (statement) parts.push(...boxes(statement, form, tag), unknown(verdict, form, tag, now));
  section.replaceChildren(...parts);
  section.dataset.level = level;
}

function banner(level, head, rest, why) {
  const made = element("div", `verdict ${level}`);
  const shape = document.createElementNS(SVG, "svg");
  shape.setAttribute("class", "shape");
  shape.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#shape-${level}`);
  shape.append(use);
  const column = element("div");
  const title = element("h1", "", head);
  title.tabIndex = -1;
  column.append(title, element("p", "rest", rest), element("p", "", why));
  made.append(shape, column);
  return made;
}

function* boxes(statement, form, tag) {
  const words = form.words;
  const authority = oneLine(`${statement.country}/${statement.authority}`);
  yield element("h2", "", words.boxes);
  yield element("p", "", said(words.paper_signed, { authority, at: moment(statement.signedAt, tag) }));
  yield element("p", "compare", words.paper_compare);
  yield list(statement.head, form);
  for (const line of statement.lines) {
    const [letter, ...others] = line[0]?.row.box === "" ? line : [null, ...line];
    const name = oneLine(letter?.texts.join(" ") ?? "");
    yield element("h3", "", said(words.line, { letter: name }));
    yield list(others, form);
  }
  if (!statement.isWhole)
    yield element("p", "notice", said(words.more_lines, { shown: statement.lines.length, count: statement.count }));
  if (statement.holdsToken) yield element("p", "notice", words.token);
}

function list(rows, form) {
  const made = element("dl", "boxes");
  let [box, before] = [null, null];
  for (const { row, texts } of rows) {
    // Two rows of the table may be one box of the form: term and description of box 9.
    if (before?.box !== row.box || before.label !== row.label) {
      box = element("div");
      const name = element("dt");
      name.append(element("span", "box", row.box), " ", element("span", "label", row.label));
      box.append(name);
      made.append(box);
    }
    box.append(...texts.map((text) => element("dd", "", value(row, text, form))));
    before = row;
  }
  return made;
}

function value(row, text, form) {
  if (row.word === "kind") return form.kinds[text] ?? form.kinds.OTHER;
  if (row.kind === "flag") return form.words.yes;
  const name = row.codes && Object.hasOwn(form.codes[row.codes], text) ? form.codes[row.codes][text] : null;
  return name ? `${oneLine(text)} (${name})` : oneLine(text);
}

function unknown({ statement, list: keys }, { words }, tag, now) {
  const made = element("section", "unknown");
  const at = Date.parse(keys.made_at);
  const when = `${moment(at, tag)} (${ago(at, now, tag)})`;
  const open = ["original", "used", "since", ...(statement.isWhole ? [] : ["lines"]), "goods"];
  const rows = element("ul");
  for (const each of open) rows.append(element("li", "", said(words[`paper_unknown_${each}`], { at: when })));
  made.append(element("h2", "", words.paper_unknown), rows);
  return made;
}

function element(name, kind = "", text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}
