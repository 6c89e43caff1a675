// Customs desk: scans a permit's QR code with the scripts of the check page, and sends its text.
// The scanner is loaded once the page is shown, so that the page itself is small.

const form = document.getElementById("scan-form");
const part = (id) => document.getElementById(id);
let camera = null;

const scripts = () => import(`${form.dataset.scanner}/scanning.js`);

/** Do what a person asked for; a sentence says why it cannot be done. */
async function guarded(act) {
  part("scan-problem").textContent = "";
  try {
    const text = await act();
    if (text) {
      part("code").value = text;
      form.submit();
    }
  } catch (error) {
    const key = error.message.replace(/_[a-z]/, (found) => found[1].toUpperCase());
    part("scan-problem").textContent = form.dataset[key] ?? form.dataset.failed;
  }
}

async function scan() {
  const { Camera } = await scripts();
  camera ??= new Camera(part("video"));
  document.body.dataset.scanning = "yes";
  try {
    return await camera.code();
  } finally {
    delete document.body.dataset.scanning;
  }
}

async function readFile() {
  const [file] = part("picture").files;
  part("picture").value = "";
  return file ? (await scripts()).codeInFile(file) : null;
}

if (isSecureContext) {
  form.hidden = false;
  part("scan").addEventListener("click", () => guarded(scan));
  part("stop").addEventListener("click", () => camera?.stop());
  part("choose").addEventListener("click", () => part("picture").click());
  part("picture").addEventListener("change", () => guarded(readFile));
  addEventListener("load", () => setTimeout(scripts, 500));
}
