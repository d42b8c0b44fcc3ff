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
 * PITH_AUDIT_PAGE opens a report that `pith audit -o` wrote in place of the tests' own; PITH_SCREENSHOT names the file
 * that the picture of it goes to, such as docs/images/audit.png.
 */
const given = process.env["PITH_AUDIT_PAGE"];
const screenshot = process.env["PITH_SCREENSHOT"];
const screenshotLimitBytes = 300_000;

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

it("fits into a picture for the documents", async () => {
  await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "light" }] });
  await page.evaluate(
    `for (const one of document.querySelectorAll("details")) one.open = false; document.activeElement.blur(); scrollTo(0, 0)`,
  );
  const picture = async (clip: object): Promise<Buffer> => {
    const answer = await page.call("Page.captureScreenshot", { format: "png", captureBeyondViewport: true, clip });
    return Buffer.from(String(fieldsOf(answer)["data"]), "base64");
  };
  const height = Number(
    await page.evaluate(`Math.ceil(document.getElementById("files").getBoundingClientRect().bottom) + 420`),
  );
  const png = await picture({ x: 0, y: 0, width: 1280, height, scale: 0.6 });
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.length).toBeLessThan(screenshotLimitBytes);
  if (screenshot === undefined) return;
  mkdirSync(join(screenshot, ".."), { recursive: true });
  writeFileSync(screenshot, png);
});
