// Statement of a permit code: what the authority signed, checked against the tables of boxes.
// A box that is not in the tables is refused: it must not be left out in silence.

import { hexOf } from "./bytes.js";

const VERSION = 1;
const REQUIRED = [0, 1, 2, 3, 6, 7, 8];
const MOST_LINES = 10_000;
const DAY = 86_400_000;
const MOST_DAYS = 2_932_896; // 9999-12-31

/** The code is of a later version of the format. */
export class LaterVersion extends Error {}

/** Statement of a decoded payload. form: tables of boxes. Throws LaterVersion, Error. */
export function statementOf(said, form) {
  require(said instanceof Map);
  if (Number.isInteger(said.get(0)) && said.get(0) > VERSION) throw new LaterVersion();
  require(said.get(0) === VERSION && REQUIRED.every((key) => said.has(key)));
  require([...said.keys()].every((key) => key >= 0 && key <= 10));
  const [country, authority, boxes, lines, count] = [1, 2, 6, 7, 8].map((key) => said.get(key));
  const digest = said.get(9);
  require(/^[A-Z]{2}$/.test(country) && typeof authority === "string" && boxes instanceof Map);
  require(Array.isArray(lines) && Number.isInteger(count) && count >= lines.length && count <= MOST_LINES);
  require((digest === undefined) === (lines.length === count));
  require(digest === undefined || (digest instanceof Uint8Array && digest.length === 32));
  require(typeof boxes.get(1) === "string" && boxes.get(1) !== "");
  require(!said.has(10) || typeof said.get(10) === "string");
  return {
    country,
    authority,
    number: boxes.get(1),
    signedAt: moment(said.get(3)),
    begins: said.has(4) ? moment(said.get(4)) : null,
    ends: said.has(5) ? moment(said.get(5)) : null,
    head: shown(boxes, form.head),
    lines: lines.map((line) => shown(line, form.line)),
    count,
    isWhole: digest === undefined,
    holdsToken: said.has(10),
  };
}

/** Boxes that are filled in, in the order of the form: the row of the table, and texts. */
function shown(values, table) {
  require(values instanceof Map);
  const keys = new Set(table.map((row) => row.key));
  require([...values.keys()].every((key) => keys.has(key)));
  return table
    .filter((row) => values.has(row.key))
    .map((row) => ({ row, texts: texts(row.kind, values.get(row.key)) }));
}

function texts(kind, value) {
  if (kind === "texts" && Array.isArray(value) && value.length) return value.map(text);
  if (kind === "text") return [text(value)];
  if (kind === "day" && Number.isInteger(value) && Math.abs(value) <= MOST_DAYS)
    return [new Date(value * DAY).toISOString().slice(0, 10)];
  if (kind === "flag" && value === true) return ["yes"];
  throw new Error("a box of another shape");
}

function text(value) {
  if (typeof value === "string") return value;
  require(Array.isArray(value) && value.length === 2);
  const [beginning, digest] = value;
  require(typeof beginning === "string" && digest instanceof Uint8Array);
  return `${beginning}… (SHA-256 ${hexOf(digest)}…)`;
}

function moment(seconds) {
  require(Number.isInteger(seconds) && !Number.isNaN(new Date(seconds * 1000).getTime()));
  return seconds * 1000;
}

function require(holds) {
  if (!holds) throw new Error("not what a code says");
}
