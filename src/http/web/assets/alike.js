// Cases that may be about the same matter, while somebody types a call. The service draws the list,
// by the same button that works without this module; who reports is not sent for it.

const WAIT = 300;
let asked = 0;

/** Asks the service to look, and shows what it found. */
async function look(/** @type {HTMLFormElement} */ form, /** @type {HTMLElement} */ box) {
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !name.startsWith("informant.")) {
      typed.append(name, value);
    }
  }
  typed.append("check", "1");
  const turn = ++asked;
  const answer = await fetch(form.action, { method: "POST", body: typed });
  const text = await answer.text();
  // Something else was typed in the meantime, and asked about.
  if (!answer.ok || turn !== asked) {
    return;
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  const found = page.getElementById("alike");
  // What is the same is not said again to those who listen.
  if (found && found.textContent !== box.textContent) {
    box.replaceChildren(...found.childNodes);
  }
}

const box = document.getElementById("alike");
const form = box?.closest("form");
if (box && form) {
  let timer = 0;
  form.addEventListener("input", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.type === "file" || field.name.startsWith("informant.")) {
      return;
    }
    window.clearTimeout(timer);
    timer = window.setTimeout(() => look(form, box).catch(() => {}), WAIT);
  });
}
