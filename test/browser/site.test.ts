import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { renderSite } from "../../scripts/site/render-site.ts";
import { type BrowserPage, fieldsOf, openBrowser } from "../support/browser.ts";

/** PITH_SCREENSHOTS names the folder that the picture of the start page goes to, such as a folder of pictures. */
const screenshots = process.env["PITH_SCREENSHOTS"];
const screenshotLimitBytes = 150_000;
const folder = mkdtempSync(join(tmpdir(), "pith-site-"));
let page: BrowserPage;

beforeAll(async () => {
  for (const [path, text] of renderSite().files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  page = await openBrowser(pathToFileURL(join(folder, "index.html")).href);
});
afterAll(async () => {
  await page.close();
  rmSync(folder, { recursive: true, force: true });
});

it("finds a section by keyboard alone, without a server", async () => {
  await page.evaluate(`document.dispatchEvent(new KeyboardEvent("keydown", { key: "/" }))`);
  expect(await page.evaluate("document.activeElement.id")).toBe("find");
  await page.call("Input.insertText", { text: "exit code" });
  const first = `document.querySelector("#hits a").getAttribute("href")`;
  expect(String(await page.evaluate(first))).toMatch(/\.html(?:#[\w-]+)?$/u);
  expect(Number(await page.evaluate(`document.querySelectorAll("#hits a").length`))).toBeGreaterThan(3);
  await page.evaluate(`document.getElementById("find").value = ""; document.getElementById("hits").hidden = true`);
});

it.each([
  ["light", 1280],
  ["light", 768],
  ["dark", 390],
] as const)("has nothing that axe-core objects to in the %s scheme at %d pixels", async (scheme, width) => {
  await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  const sizes = { width, height: 900, deviceScaleFactor: 1, mobile: width < 500 };
  await page.call("Emulation.setDeviceMetricsOverride", sizes);
  expect(Number(await page.evaluate("document.documentElement.scrollWidth"))).toBeLessThanOrEqual(width);
  // Nothing of a command is out of sight: its box wraps.
  const boxes = `[...document.querySelectorAll("pre")].filter((box) => box.scrollWidth > box.clientWidth).length`;
  expect(await page.evaluate(boxes)).toBe(0);
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(`${axe}; undefined`);
  const violations = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map((node) => node.html).slice(0, 3).join(" ")))`,
  );
  expect(violations).toEqual([]);
});

it("asks the network for nothing", () => {
  const urls = page.events
    .filter(({ method }) => method === "Network.requestWillBeSent")
    .map(({ params }) => String(fieldsOf(fieldsOf(params)["request"])["url"]));
  expect(urls.filter((url) => !url.startsWith("file:"))).toEqual([]);
});

it("fits into a picture", async () => {
  await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "light" }] });
  await page.call("Emulation.setDeviceMetricsOverride", {
    width: 1280,
    height: 900,
    deviceScaleFactor: 1,
    mobile: false,
  });
  const clip = { x: 0, y: 0, width: 1280, height: 900, scale: 0.6 };
  const answer = await page.call("Page.captureScreenshot", { format: "png", clip });
  const png = Buffer.from(String(fieldsOf(answer)["data"]), "base64");
  expect(png.length).toBeLessThan(screenshotLimitBytes);
  if (screenshots !== undefined) writeFileSync(join(screenshots, "site.png"), png);
});
