// Run in each page by crawl.rs, which sets `wide`: what is wrong with it, in words, and where its
// links lead.
const faults = [];
const seen = (element) => element.checkVisibility({ visibilityProperty: true });
const what = (element) => {
  const words = (element.textContent.trim() || element.name || element.id || "").slice(0, 30);
  return `<${element.localName}> «${words}»`;
};

const headings = document.querySelectorAll("h1").length;
if (headings !== 1) {
  faults.push(`${headings} h1`);
}
if (document.title.trim() === "") {
  faults.push("no title");
}
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) {
  const out = [...document.querySelectorAll("body *")].filter(
    (element) =>
      element.getBoundingClientRect().right > root.clientWidth + 1 && !element.closest(".scroll"),
  );
  faults.push(`scrolls sideways: ${root.scrollWidth} in ${wide}, by ${out.slice(0, 3).map(what)}`);
}
for (const element of document.querySelectorAll("[style]")) {
  faults.push(`style on ${what(element)}`);
}
for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
  const named = [...(control.labels ?? [])].some((label) => label.textContent.trim() !== "");
  if (!named && !control.ariaLabel && !control.hasAttribute("aria-labelledby")) {
    faults.push(`no label for ${what(control)}`);
  }
}
const identifiers = [...document.querySelectorAll("[id]")].map((element) => element.id);
for (const id of new Set(identifiers.filter((id, at) => identifiers.indexOf(id) !== at))) {
  faults.push(`id ${id} twice`);
}
for (const element of document.querySelectorAll("[aria-describedby], [aria-labelledby], label[for]")) {
  const named = ["aria-describedby", "aria-labelledby", "for"].flatMap(
    (name) => element.getAttribute(name)?.split(" ") ?? [],
  );
  for (const id of named.filter((id) => !identifiers.includes(id))) {
    faults.push(`${what(element)} speaks of ${id}, which is not there`);
  }
}
// WCAG 2.5.8: 24 by 24; links within running text are excepted.
for (const target of document.querySelectorAll("button, nav a, .head a, .foot a, .button, summary")) {
  const { width, height } = target.getBoundingClientRect();
  if (seen(target) && (width < 24 || height < 24)) {
    faults.push(`${what(target)} is ${Math.round(width)} by ${Math.round(height)}`);
  }
}
const links = [...document.querySelectorAll("a[href]")].map((link) => new URL(link.href));
for (const link of links.filter((link) => link.origin !== location.origin)) {
  faults.push(`leads to ${link.origin}`);
}
return {
  lang: root.lang,
  faults,
  links: [...new Set(links.map((link) => link.pathname + link.search))],
};
