// Suggestions of divisions while somebody types a name or a code. Without this module the field is a
// plain line that takes both.

const WAIT = 150;

/** Fills the field's list of suggestions with what the service finds. */
async function suggest(/** @type {HTMLInputElement} */ field, /** @type {HTMLDataListElement} */ list) {
  const typed = field.value.trim();
  if (typed.length === 0) {
    return;
  }
  const answer = await fetch(`/api/v1/divisions?q=${encodeURIComponent(typed)}`);
  if (!answer.ok || field.value.trim() !== typed) {
    return;
  }
  const { items } = await answer.json();
  const options = items.map((/** @type {{code: string, name: string}} */ item) => {
    const option = document.createElement("option");
    option.value = `${item.code} ${item.name}`;
    // A browser shows only what holds the typed text; what was found by its sound holds it as label.
    if (!option.value.includes(typed)) {
      option.label = field.value;
    }
    return option;
  });
  list.replaceChildren(...options);
}

function attach(/** @type {HTMLInputElement} */ field, /** @type {number} */ index) {
  let list = /** @type {HTMLDataListElement | null} */ (field.list);
  if (!list) {
    list = document.createElement("datalist");
    list.id = `divisions-${index}`;
    field.after(list);
    field.setAttribute("list", list.id);
  }
  let timer = 0;
  field.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => suggest(field, list).catch(() => {}), WAIT);
  });
}

document.querySelectorAll("input[data-divisions]").forEach((field, index) => {
  attach(/** @type {HTMLInputElement} */ (field), index);
});
