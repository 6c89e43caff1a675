// Scanning: pictures of camera and files, handed to the scanner, which is loaded when it is needed.

import { isPermitCode } from "./digits.js";

const LARGEST_SIDE = 4096;
const MOST_FILE_BYTES = 40 * 1024 * 1024;
const PAUSE = 120;
const LONGEST_WAIT = 30_000;

let scanner = null;
let last = 0;

/** Permit codes in a picture. thorough: a still picture is worth more time than one of many. */
function permitCodes(picture, thorough) {
  scanner ??= new Worker(new URL("./scanner.js", import.meta.url), { type: "module" });
  const [worker, id] = [scanner, ++last];
  return new Promise((resolve, reject) => {
    const ended = (done, value) => {
      clearTimeout(timer);
      worker.removeEventListener("message", heard);
      worker.removeEventListener("error", failed);
      done(value);
    };
    const failed = () => {
      if (scanner === worker) scanner = null;
      worker.terminate();
      ended(reject, new Error("scanner_missing"));
    };
    const heard = ({ data }) => {
      if (data.id !== id) return;
      if (data.failed) failed();
      else ended(resolve, [...new Set(data.texts)].filter(isPermitCode));
    };
    const timer = setTimeout(failed, LONGEST_WAIT);
    worker.addEventListener("message", heard);
    worker.addEventListener("error", failed);
    worker.postMessage({ id, picture, thorough });
  });
}

function pixels(source, width, height) {
  const scale = Math.min(1, LARGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** The one permit code in a picture file. Throws Error with the key of a sentence. */
export async function codeInFile(file) {
  let picture;
  try {
    if (file.size > MOST_FILE_BYTES) throw new Error("too large");
    const image = await createImageBitmap(file);
    picture = pixels(image, image.width, image.height);
    image.close();
  } catch {
    throw new Error("picture_unreadable");
  }
  const found = await permitCodes(picture, true);
  if (found.length !== 1) throw new Error(found.length ? "picture_many" : "picture_none");
  return found[0];
}

/** Camera that looks for one permit code. */
export class Camera {
  constructor(video) {
    this.video = video;
    this.stream = null;
  }

  /** Look until a code is found; null where it was stopped. Throws Error with the key of a sentence. */
  async code() {
    const size = { width: { ideal: 1920 }, height: { ideal: 1080 } };
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", ...size } });
    } catch {
      throw new Error("camera_refused");
    }
    this.stop();
    this.stream = stream;
    this.video.srcObject = stream;
    try {
      await this.video.play();
      while (this.stream === stream) {
        const { videoWidth, videoHeight } = this.video;
        const found = videoWidth ? await permitCodes(pixels(this.video, videoWidth, videoHeight), false) : [];
        if (this.stream === stream && found.length === 1) return found[0];
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
      return null;
    } catch (error) {
      if (this.stream !== stream) return null;
      throw error.message === "scanner_missing" ? error : new Error("camera_refused");
    } finally {
      for (const track of stream.getTracks()) track.stop();
      if (this.stream === stream) this.stop();
    }
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }
}
