/** The site's script: the search, which reads its index from a file beside the pages, and the menu of a phone. */
export const siteScript = `"use strict";
(() => {
  const find = document.getElementById("find"), hits = document.getElementById("hits"), menu = document.getElementById("menu");
  const root = document.documentElement.dataset.root;
  const sections = (window.pithSearch || []).map(([url, title, heading, text]) =>
    ({ url, title, heading, text, head: (title + " " + heading).toLowerCase(), all: (title + " " + heading + " " + text).toLowerCase() }));
  const most = 12;

  const score = (one, words) => {
    let points = 0;
    for (const word of words) {
      if (!one.all.includes(word)) return 0;
      points += one.head.includes(word) ? 10 : 1;
      if (one.head.split(/[^a-z0-9_-]+/).includes(word)) points += 10;
    }
    return points + (one.url.includes("errors/") || one.url.startsWith("CHANGELOG") ? 0 : 2);
  };
  const around = (one, word) => {
    const at = one.text.toLowerCase().indexOf(word);
    const from = Math.max(0, at - 40);
    return (from > 0 ? "\\u2026" : "") + one.text.slice(from, from + 130);
  };
  const show = () => {
    const words = find.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
    hits.replaceChildren();
    hits.hidden = words.length === 0;
    if (words.length === 0) return;
    const found = sections.map((one) => [score(one, words), one]).filter(([points]) => points > 0)
      .sort((left, right) => right[0] - left[0]).slice(0, most);
    for (const [, one] of found) {
      const item = document.createElement("li"), link = document.createElement("a"), text = document.createElement("span");
      link.href = root + one.url;
      link.textContent = one.heading === "" ? one.title : one.title + ": " + one.heading;
      text.textContent = around(one, words[0]);
      link.append(text);
      item.append(link);
      hits.append(item);
    }
    if (found.length === 0) {
      const item = document.createElement("li");
      item.textContent = "Nothing is found.";
      hits.append(item);
    }
  };
  find.addEventListener("input", show);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { find.value = ""; show(); }
    if (event.key === "Enter") hits.querySelector("a")?.click();
    if (event.key === "ArrowDown") hits.querySelector("a")?.focus();
  });
  hits.addEventListener("keydown", (event) => {
    const links = [...hits.querySelectorAll("a")], at = links.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    (links[to] ?? find).focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    find.focus();
  });
  menu.addEventListener("click", () => {
    const isOpen = document.body.classList.toggle("menu");
    menu.setAttribute("aria-expanded", String(isOpen));
  });
  document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest" });
})();
`;
