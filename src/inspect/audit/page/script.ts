/**
 * The page's script: the search in the file table, and keys in the treemaps. It makes elements and sets their text;
 * nothing of an image is ever read as markup.
 */
export const pageScript = `
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const { texts, rows } = JSON.parse(byId("data").textContent);
  const search = byId("search"), place = byId("place"), body = byId("rows"), count = byId("count"), more = byId("more");
  const places = ["in both", "only before", "only after"];
  const step = 200;
  let found = [], shown = 0, sorted = "path", isDown = false, known;
  const keys = { path: 0, size: 1, mode: 2, owner: 3, notes: 4 };

  const size = (bytes) => bytes < 1e3 ? bytes + " B" : bytes < 1e6 ? (bytes / 1e3).toFixed(1) + " kB" : (bytes / 1e6).toFixed(1) + " MB";
  const make = (name, text, className) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const reasonCell = (reasons) => {
    const cell = make("td", undefined, "chain");
    if (reasons.length === 0) return cell;
    if (reasons.length === 1) { cell.textContent = texts[reasons[0]]; return cell; }
    const details = make("details"), list = make("ol");
    details.append(make("summary", texts[reasons[reasons.length - 1]]), list);
    for (const reason of reasons) list.append(make("li", texts[reason]));
    cell.append(details);
    return cell;
  };
  const toRow = ([path, bytes, mode, owner, notes, reasons, where]) => {
    const row = make("tr");
    row.append(make("td", path, "path"), make("td", size(bytes), "number"), make("td", mode), make("td", texts[owner], "chain"),
      make("td", texts[notes], "chain"));
    if (document.body.dataset.reasons) row.append(reasonCell(reasons));
    if (place) row.append(make("td", places[where]));
    for (const [at, cell] of [...row.children].entries()) cell.dataset.label = labels[at];
    return row;
  };
  const labels = [...document.querySelectorAll("#table th")].map((head) => head.textContent);
  // Once for all searches: a key press then only compares.
  const haystacks = () => {
    known ??= rows.map((row) => (row[0] + " " + texts[row[3]] + " " + texts[row[4]]).toLowerCase());
    return known;
  };
  const sort = () => {
    const at = keys[sorted];
    const textual = at === 3 || at === 4;
    const valueOf = textual ? (row) => texts[row[at]] : (row) => row[at];
    if (at === 0 && !isDown) return;
    found.sort((left, right) => {
      const a = valueOf(left), b = valueOf(right);
      return (a < b ? -1 : a > b ? 1 : 0) * (isDown ? -1 : 1);
    });
  };
  const show = () => {
    const next = found.slice(shown, shown + step);
    body.append(...next.map(toRow));
    shown += next.length;
    more.hidden = shown >= found.length;
    const total = found.reduce((sum, row) => sum + row[1], 0);
    count.textContent = found.length.toLocaleString("en-US") + " of " + rows.length.toLocaleString("en-US") + " files, " + size(total) +
      (shown < found.length ? "; the first " + shown + " are shown" : "");
  };
  const find = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
    const owners = words.filter((word) => word.startsWith("package:")).map((word) => word.slice(8));
    const plain = words.filter((word) => !word.startsWith("package:"));
    const wanted = place ? place.value : "";
    const all = haystacks();
    found = rows.filter((row, at) => {
      if (wanted === "now" ? row[6] === 1 : wanted !== "" && row[6] !== Number(wanted)) return false;
      if (owners.length > 0 && !owners.every((one) => texts[row[3]].toLowerCase() === one)) return false;
      return plain.every((word) => all[at].includes(word));
    });
    sort();
    shown = 0;
    body.replaceChildren();
    show();
  };
  const choose = (cell) => {
    search.value = cell.dataset.search;
    if (place) place.value = "";
    searched();
    search.focus();
  };

  for (const map of document.querySelectorAll(".map")) {
    const cells = [...map.querySelectorAll("g[role]")];
    map.addEventListener("click", (event) => {
      const cell = event.target.closest("g[role]");
      if (cell) choose(cell);
    });
    map.addEventListener("keydown", (event) => {
      const at = cells.indexOf(event.target);
      if (at === -1) return;
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(cells[at]); return; }
      const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: cells.length - 1 }[event.key];
      if (to === undefined || !cells[to]) return;
      event.preventDefault();
      cells[at].setAttribute("tabindex", "-1");
      cells[to].setAttribute("tabindex", "0");
      cells[to].focus();
    });
  }
  // The address names the search, so that it can be sent to somebody.
  const searched = () => {
    find();
    const words = search.value.trim();
    history.replaceState(null, "", words === "" ? "#files" : "#search=" + encodeURIComponent(words));
  };
  const readAddress = () => {
    const words = /^#search=(.*)$/u.exec(location.hash)?.[1];
    if (words === undefined) return;
    try { search.value = decodeURIComponent(words); } catch { return; }
    find();
    byId("files").scrollIntoView();
  };
  let waiting;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(searched, 40); });
  if (place) place.addEventListener("change", find);
  for (const button of document.querySelectorAll("button.sort")) {
    button.addEventListener("click", () => {
      const key = button.dataset.sort;
      isDown = key === sorted ? !isDown : key === "size";
      sorted = key;
      for (const other of document.querySelectorAll("button.sort")) other.parentElement.setAttribute("aria-sort", "none");
      button.parentElement.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      find();
    });
  }
  addEventListener("hashchange", readAddress);
  more.addEventListener("click", () => {
    const at = shown;
    show();
    // The button may be gone: the reader goes on where the new rows begin.
    const row = body.children[at];
    if (row) { row.tabIndex = -1; row.focus(); }
  });
  find();
  readAddress();
})();
`;
