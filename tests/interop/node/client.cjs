// What does node-soap make of the service? `node client.cjs WSDL 1.1|1.2`
// Calls come as JSON on stdin: [["ServiceState", {}], ...]; results leave as JSON on stdout, one for each.
"use strict";
const { readFileSync } = require("node:fs");
const soap = require("soap");

/** JSON has no dates; they are shown as such, so that a date and a text that looks like one differ. */
function shown(value) {
  if (value instanceof Date) return { date: value.toISOString() };
  if (Array.isArray(value)) return value.map(shown);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shown(part)]));
  }
  return value;
}

async function main(wsdl, version) {
  const options = version === "1.2" ? { forceSoap12Headers: true } : {};
  const client = await soap.createClientAsync(wsdl, options);
  const port = client.EpixService[version === "1.2" ? "EpixSoap12" : "EpixSoap11"];
  const results = [];
  for (const [operation, parameters] of JSON.parse(readFileSync(0))) {
    results.push(await new Promise((resolve) => {
      port[operation](parameters, (error, answer) => {
        if (!error) return resolve({ answer: shown(answer) });
        const fault = error.root?.Envelope?.Body?.Fault;
        return resolve(fault ? { fault: shown(fault) } : { error: String(error) });
      });
    }));
  }
  process.stdout.write(JSON.stringify(results));
}

main(process.argv[2], process.argv[3]);
