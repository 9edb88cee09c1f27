// Keyboard: Ctrl+Enter in a text sends its form; Alt with a letter leads around. No lone letter is
// taken while somebody types (WCAG 2.1.4), and none at all where the browser already uses it.

const WAYS = { n: "/call", l: "/cases", r: "/reports" };

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey && event.key === "Enter" && target.matches("textarea, input")) {
    const form = target.closest("form");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  const plain = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const path = plain ? WAYS[event.key.toLowerCase()] : undefined;
  if (path && document.querySelector(`.ways a[href="${path}"]`)) {
    event.preventDefault();
    window.location.assign(path);
  }
});
