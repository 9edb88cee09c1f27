// What every page does beyond plain HTML: takes the reader to a fault, offers printing.

const fault = document.getElementById("fault");
if (fault) {
  fault.focus();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
