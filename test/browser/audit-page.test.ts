import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { auditTree } from "../../src/inspect/audit/audit.ts";
import { printPage } from "../../src/inspect/audit/page/page.ts";
import { openList } from "../../src/inspect/audit/print-report.ts";
import { packageDatabases } from "../../src/packages/packages.gen.ts";
import { type BrowserPage, fieldsOf, openBrowser } from "../support/browser.ts";
import { fixtureRoot } from "../support/fixture.ts";

/**
 * PITH_AUDIT_PAGE opens a report that `pith audit -o` wrote in place of the tests' own; PITH_SCREENSHOTS names the
 * folder that pictures of it go to, such as docs/images.
 */
const given = process.env["PITH_AUDIT_PAGE"];
const screenshots = process.env["PITH_SCREENSHOTS"];
const screenshotLimitBytes = 150_000;

const hostile = `
//- /srv/</script><script>throw(1)</script> 0644
x
//- /srv/<img/src=x/onerror=alert(1)> 0644
x
//- /srv/\u202etxt.exe 0644
x
//- /srv/\udcff\udcfe 0644
x
//- /srv/'"&amp;\`\${1} 0644
x
`;
const before = `${hostile}
${Array.from({ length: 450 }, (_, index) => `//- /usr/share/many/${String(index)} 0644\n${"x".repeat(index)}`).join("\n")}
//- /usr/bin/bash 0755 elf=x86_64 loader
//- /usr/bin/dash 0755 elf=x86_64 loader
//- /usr/bin/sh -> dash
//- /usr/bin/su 4755 elf=x86_64 loader
//- /usr/bin/tool 0755 elf=x86_64 loader
//- /etc/os-release
ID=debian
//- /var/lib/dpkg/status
Package: dash
Status: install ok installed
Version: 0.5
Architecture: amd64

//- /var/lib/dpkg/info/dash.list
/usr/bin/dash
`;
const after = `${hostile}
//- /usr/bin/tool 0755 elf=x86_64 loader
`;

const vulnerabilities = JSON.stringify({
  id: "CVE-1",
  affected: [{ package: { ecosystem: "Debian", name: "dash" }, versions: ["0.5"] }],
});

const folder = mkdtempSync(join(tmpdir(), "pith-page-"));
let page: BrowserPage;

beforeAll(async () => {
  const file = given ?? join(folder, "report.html");
  if (given === undefined) writeFileSync(file, await makePage());
  page = await openBrowser(pathToFileURL(file).href);
});
afterAll(async () => {
  await page.close();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Adds rows to the page's own until there are 50,000, and searches: the longest of ten key presses, in milliseconds.
 */
const largeSearch = `(async () => {
  return new Promise((resolve) => {
    const { texts, rows } = JSON.parse(document.getElementById("data").textContent);
    const many = Array.from({ length: 50000 }, (_, index) => ["/usr/lib/python3/file" + index + ".py", index, "0644", 0, 0, [], 0]);
    const all = [...rows, ...many];
    const input = document.getElementById("search");
    document.getElementById("data").textContent = JSON.stringify({ texts, rows: all });
    const script = [...document.scripts].at(-1).textContent;
    (0, eval)(script);
    let most = 0;
    for (const letter of "/usr/lib/f") {
      input.value += letter;
      const begun = performance.now();
      document.getElementById("place").dispatchEvent(new Event("change"));
      most = Math.max(most, performance.now() - begun);
    }
    resolve(most);
  });
})()`;

async function makePage(): Promise<string> {
  const reasons = ["pith.yaml:2 (binaries.0) includes </script>", "/usr/bin/tool needs <b>it</b>"];
  const audits = [];
  for (const [name, fixture] of [
    ["before </title><b>", before],
    ["after", after],
  ] as const) {
    const root = fixtureRoot(fixture);
    const stated = new Map([["/usr/bin/tool", { owner: "app", reasons }]]);
    audits.push(
      await auditTree({
        name,
        root,
        databases: packageDatabases,
        command: ["tool"],
        searchPath: "/usr/bin",
        tellsFileCapabilities: true,
        stated,
        vulnerabilities: openList({ name: "list.json", text: vulnerabilities }),
        policy: {
          forbid: ["shell"],
          allow: [{ kind: "shell", because: "<b>because</b>", used: ["shell /usr/bin/dash"] }],
          limits: [{ figure: "files", limit: 10, actual: 9 }],
        },
      }),
    );
  }
  return printPage(audits);
}

/** Shows files of both trees, and not of the image alone as at first. */
async function showAll(): Promise<void> {
  await page.evaluate(
    `(() => { const place = document.getElementById("place"); if (place) { place.value = ""; place.dispatchEvent(new Event("change")); } })()`,
  );
}

async function search(text: string): Promise<readonly unknown[]> {
  await page.evaluate(`document.getElementById("search").select()`);
  await page.call("Input.insertText", { text });
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 250))");
  const paths = await page.evaluate(`[...document.querySelectorAll("#rows td.path")].map((cell) => cell.textContent)`);
  return Array.isArray(paths) ? Array.from<unknown>(paths) : [];
}

it("searches the files by keyboard alone", async () => {
  await page.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the files");
  await page.press("Enter");
  await page.press("Tab");
  expect(await page.evaluate("document.activeElement.id")).toBe("search");
  if (given === undefined) expect(await search("/usr/bin/")).toEqual(["/usr/bin/tool"]);
  await showAll();
  const found = await search("/usr/bin/ shell");
  expect(found.length).toBeGreaterThan(0);
  expect(await page.evaluate(`document.getElementById("count").textContent`)).toMatch(/^\d+ of [\d,]+ files, /);
  expect(await search("no such file anywhere")).toEqual([]);
  // A report of somebody else may have fewer files.
  const shown = given === undefined ? 200 : Math.min(200, (await search(" ")).length);
  expect(await search(" ")).toHaveLength(shown);
  if (shown < 200) return;
  await page.evaluate(`document.getElementById("more").focus()`);
  await page.press("Enter");
  expect(await page.evaluate(`document.querySelectorAll("#rows tr").length`)).toBeGreaterThan(200);
});

it("lists the files of a package from the map by keyboard alone", async () => {
  await page.evaluate(`document.querySelector(".map g").focus()`);
  await page.press("ArrowRight");
  const label = await page.evaluate("document.activeElement.getAttribute('data-search')");
  expect(await page.evaluate("document.activeElement.getAttribute('tabindex')")).toBe("0");
  await page.press("Enter");
  expect(await page.evaluate("document.activeElement.id")).toBe("search");
  expect(await page.evaluate("document.activeElement.value")).toBe(label);
  await search(" ");
});

it.skipIf(given !== undefined)("shows hostile names as text", async () => {
  expect(await search("/srv/")).toEqual([
    "/srv/'\"&amp;`${1}",
    "/srv/</script><script>throw(1)</script>",
    "/srv/<img/src=x/onerror=alert(1)>",
    "/srv/\\u202etxt.exe",
    "/srv/\\udcff\\udcfe",
  ]);
  expect(await page.evaluate(`document.querySelectorAll("img, b, script:not([id]) ~ script").length`)).toBe(0);
  expect(await page.evaluate(`document.querySelectorAll("#rows, #search").length`)).toBe(2);
});

it("sorts the files by any column", async () => {
  await showAll();
  await search("/usr/");
  const sizes = `[...document.querySelectorAll("#rows td.number")].slice(0, 20).map((cell) => cell.textContent)`;
  await page.evaluate(`document.querySelector("[data-sort=size]").click()`);
  expect(
    await page.evaluate(`document.querySelector("[data-sort=size]").parentElement.getAttribute("aria-sort")`),
  ).toBe("descending");
  const first = await page.evaluate(sizes);
  await page.evaluate(`document.querySelector("[data-sort=size]").click()`);
  expect(await page.evaluate(sizes)).not.toEqual(first);
  await page.evaluate(`document.querySelector("[data-sort=path]").click()`);
  await search(" ");
});

it("has an address for a search", async () => {
  await search("shell /usr");
  expect(await page.evaluate("location.hash")).toBe("#search=shell%20%2Fusr");
  await page.evaluate(`location.hash = "#search=%2Fsrv%2F"`);
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))");
  expect(await page.evaluate(`document.getElementById("search").value`)).toBe("/srv/");
  await search(" ");
});

it.skipIf(given !== undefined)("says first what is left, and three steps with lines to write", async () => {
  const text = async (selector: string): Promise<unknown> =>
    page.evaluate(`[...document.querySelectorAll("${selector}")].map((one) => one.textContent.trim())`);
  expect(await text(".verdict")).toEqual([
    "Whoever gets in finds nothing of use. 4 of 4 such programs, 1 setuid file and 102.8 kB are gone.",
  ]);
  expect(await text(".step pre")).toHaveLength(3);
  expect(await page.evaluate(`document.querySelector(".gone").open`)).toBe(false);
  expect(await page.evaluate(`document.querySelector(".ruler").getAttribute("aria-label")`)).toMatch(/^Scores from 3/u);
});

it.each([390, 1280, 1920])("fits into a window of %d pixels", async (width) => {
  const sizes = { width, height: 900, deviceScaleFactor: 1, mobile: width < 500 };
  await page.call("Emulation.setDeviceMetricsOverride", sizes);
  expect(Number(await page.evaluate("document.documentElement.scrollWidth"))).toBeLessThanOrEqual(width);
  // A file is a card on a phone, and a row of a few lines elsewhere.
  const heights = await page.evaluate(
    `Math.max(...[...document.querySelectorAll("#rows tr")].slice(0, 50).map((row) => row.getBoundingClientRect().height))`,
  );
  expect(Number(heights)).toBeLessThan(400);
  await page.call("Emulation.clearDeviceMetricsOverride");
});

it.skipIf(given !== undefined)("answers a key press in a tenth of a second with 50,000 files", async () => {
  const took = await page.evaluate(largeSearch);

  expect(Number(took)).toBeLessThan(100);
});

it.each(["light", "dark"])("has nothing that axe-core objects to in the %s scheme", async (scheme) => {
  await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  await page.evaluate(
    `for (const one of document.querySelectorAll("details")) one.open = ${String(given === undefined)}`,
  );
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(`${axe}; undefined`);
  const violations = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map((node) => node.html).slice(0, 3).join(" ")))`,
  );
  expect(violations).toEqual([]);
});

it("asks the network for nothing and says nothing on the console", () => {
  const urls = page.events
    .filter(({ method }) => method === "Network.requestWillBeSent")
    .map(({ params }) => String(fieldsOf(fieldsOf(params)["request"])["url"]));
  expect(urls.filter((url) => !url.startsWith("file:"))).toEqual([]);
  expect(urls).toHaveLength(1);
  const said = page.events.filter(({ method }) =>
    ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"].includes(method),
  );
  expect(said).toEqual([]);
});

const pictures = [
  { width: 390, scheme: "light", height: 1400, scale: 0.6 },
  { width: 390, scheme: "dark", height: 1400, scale: 0.6 },
  { width: 1280, scheme: "light", height: 1500, scale: 0.6 },
  { width: 1280, scheme: "dark", height: 1500, scale: 0.6 },
  { width: 1920, scheme: "light", height: 1500, scale: 0.4 },
  { width: 1920, scheme: "dark", height: 1500, scale: 0.4 },
] as const;

it.each(pictures)("fits into a picture of $width pixels, $scheme", async ({ width, scheme, height, scale }) => {
  await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  const sizes = { width, height: 900, deviceScaleFactor: 1, mobile: width < 500 };
  await page.call("Emulation.setDeviceMetricsOverride", sizes);
  await page.evaluate(
    `for (const one of document.querySelectorAll("details")) one.open = false; document.activeElement.blur(); scrollTo(0, 0)`,
  );
  const clip = { x: 0, y: 0, width, height, scale };
  const answer = await page.call("Page.captureScreenshot", { format: "png", captureBeyondViewport: true, clip });
  const png = Buffer.from(String(fieldsOf(answer)["data"]), "base64");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.length).toBeLessThan(screenshotLimitBytes);
  if (screenshots === undefined) return;
  mkdirSync(screenshots, { recursive: true });
  writeFileSync(join(screenshots, `report-${String(width)}-${scheme}.png`), png);
});
