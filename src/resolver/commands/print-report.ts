import type { Plugins } from "../../closure/model/plugins.ts";
import { type SpecPlaces } from "../../closure/model/reasons.ts";
import type { ClosureRequest } from "../../closure/model/request.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { type Audit, auditTree, type VulnerabilityList } from "../../inspect/audit/audit.ts";
import { printPage } from "../../inspect/audit/page/page.ts";
import { printJson } from "../../inspect/audit/report-json.ts";
import { printText } from "../../inspect/audit/report-text.ts";
import { statedFiles } from "../../inspect/audit/stated-files.ts";
import { parseManifest } from "../../inspect/manifest/manifest.ts";
import { toPrintedManifest } from "../../inspect/manifest/printed-manifest.ts";
import { readList } from "../../inspect/vex/read-list.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";
import { openViews } from "../answer.ts";
import type { PrintedFile } from "./print-closure.ts";

export interface ReportPrinting {
  readonly request: ClosureRequest;
  readonly roots: readonly RootFs[];
  readonly plugins: Plugins;
  /** Text of `closure.json`. */
  readonly closure: string;
  readonly places: SpecPlaces;
  /** The image's tree. */
  readonly image: RootFs;
  readonly list: { readonly name: string; readonly text: string } | undefined;
  /** Which of these files of a source have file capabilities: indexes. */
  findFileCapabilities(places: readonly { readonly id: string; readonly path: AbsPath }[]): ReadonlySet<number>;
}

/** The report in its forms: text, JSON and a page. */
export function printReport(audits: readonly Audit[]): readonly PrintedFile[] {
  return [
    { name: "report.txt", text: printText(audits) },
    { name: "report.json", text: printJson(audits) },
    { name: "report.html", text: printPage(audits) },
  ];
}

/**
 * Audits the builder that the image's program comes from, with the application in it as a naive image would have it, and the image.
 * Throws VULNERABILITIES_INVALID.
 */
export async function reportClosure(printing: ReportPrinting): Promise<readonly PrintedFile[]> {
  const { request, plugins, image, list } = printing;
  const manifest = parseManifest(printing.closure);
  const name = request.process.view;
  const view = (await openViews(request, printing.roots)).get(name);
  invariant(view !== undefined, `the request has no view "${name}"`);
  const { entrypoint, cmd, path: searchPath } = manifest.config;
  const common = {
    databases: plugins.packages,
    command: [...entrypoint, ...cmd],
    searchPath,
    tellsFileCapabilities: true,
    ...(list === undefined ? {} : { vulnerabilities: openList(list) }),
  };
  const before = await auditTree({
    ...common,
    name: `builder ${name}`,
    root: view.root,
    async findFileCapabilities(paths) {
      const places: { readonly id: string; readonly path: AbsPath; readonly shown: AbsPath }[] = [];
      for (const path of paths) {
        const place = await view.place(path);
        if (place?.source !== undefined) places.push({ id: place.source.id, path: place.path, shown: path });
      }
      const having = printing.findFileCapabilities(places);
      return new Set(places.flatMap(({ shown }, index) => (having.has(index) ? [shown] : [])));
    },
  });
  const printed = toPrintedManifest(manifest, { places: printing.places, digest: () => undefined });
  const after = await auditTree({
    ...common,
    name: "image",
    root: image,
    stated: statedFiles(printed),
    ...(manifest.policy === undefined ? {} : { policy: manifest.policy }),
  });
  return printReport([before, after]);
}

/** A list as an audit takes it. Its `read` throws VULNERABILITIES_INVALID. */
export function openList({ name, text }: { readonly name: string; readonly text: string }): VulnerabilityList {
  return {
    name,
    read(codename) {
      const { value, diagnostics } = readList(text, { name, codename });
      if (value === undefined) throw new BuildError(diagnostics);
      return value;
    },
  };
}
