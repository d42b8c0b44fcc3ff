import type { Detector, Found } from "../candidate.ts";
import { siteKeys } from "../site.ts";

/** A directory of pages. */
export const staticFiles: Detector = {
  looksFor: ["index.html"],
  async find(project): Promise<readonly Found[]> {
    const file = [
      "index.html",
      "public/index.html",
      "dist/index.html",
      "site/index.html",
      "www/index.html",
      "html/index.html",
    ].find((path) => project.has(path));
    if (file === undefined) return [];
    const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".";
    const because = `${file} is the first page`;
    const app = { src: project.inContext(folder), dependencies: "none" };
    const keys = siteKeys({ app, because, isSinglePage: false });
    return Promise.resolve([
      { name: "Static site", confidence: 30, evidence: [{ file, fact: "the first page" }], keys },
    ]);
  },
};
