// What every page does beyond plain HTML: takes the reader to a fault, offers printing.

const fault = document.getElementById("fault");
if (fault) {
  fault.focus();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Who types is not idle: the session of a long text must not run out before it is sent.
const ALIVE = 5 * 60 * 1000;
if (document.documentElement.hasAttribute("data-staff")) {
  let told = Date.now();
  document.addEventListener("input", () => {
    if (Date.now() - told > ALIVE) {
      told = Date.now();
      fetch("/api/v1/session").catch(() => {});
    }
  });
}
