// Scanner: a worker that finds QR codes in pictures, with ZXing as WebAssembly. Its answer alone
// has the policy that lets WebAssembly run; the page has not.

import { prepareZXingModule, readBarcodes } from "./zxing/reader/index.js";

const MACHINE = new URL("./zxing/zxing_reader.wasm", import.meta.url).href;
const MOST_CODES = 8;

prepareZXingModule({ overrides: { locateFile: () => MACHINE } });

/** Message: {id, picture: ImageData, thorough}. Answer: {id, texts}, or {id, failed}. */
self.onmessage = async ({ data: { id, picture, thorough } }) => {
  try {
    const found = await readBarcodes(picture, {
      formats: ["QRCode"],
      tryHarder: thorough,
      tryInvert: false,
      maxNumberOfSymbols: MOST_CODES,
    });
    self.postMessage({ id, texts: found.filter((each) => each.isValid).map((each) => each.text) });
  } catch {
    self.postMessage({ id, failed: true });
  }
};
