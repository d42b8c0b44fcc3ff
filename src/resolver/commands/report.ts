import type { Plugins } from "../../closure/model/plugins.ts";
import type { ClosureRequest } from "../../closure/model/request.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { auditTree } from "../../inspect/audit/audit.ts";
import { manifestFiles } from "../../inspect/audit/manifest-files.ts";
import { openList, printReport } from "../../inspect/audit/print-report.ts";
import { parseManifest } from "../../inspect/manifest/manifest.ts";
import { toPrintedManifest } from "../../inspect/manifest/printed-manifest.ts";
import { type SpecLocations } from "../../inspect/manifest/reasons.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";
import type { Command } from "../command.ts";
import { type OutputFile, openRequest, readClosureText, readSpecPlaces } from "../mounts.ts";
import { openViews } from "../views.ts";
import { readVulnerabilities } from "../vulnerability-list.ts";

/**
 * `report [LIST]` reads `closure/`, the request with the places of the spec, its roots and the list
 * `vulnerabilities/LIST` where one is named. It writes `report.txt`, `report.json` and `report.html`. Findings:
 * VULNERABILITIES_INVALID.
 */
export const report: Command = {
  leavesFindings: true,
  async run(step, [name]) {
    const opened = openRequest(step);
    const closure = readClosureText(step);
    const layers = await step.openLayers();
    const treeIds = opened.request.trees.map(({ id }) => id);
    return reportClosure({
      ...opened,
      closure,
      locations: readSpecPlaces(step),
      image: layers.root(parseManifest(closure).layers),
      list: name === undefined ? undefined : readVulnerabilities(step, name),
      findFileCapabilities: (locations) =>
        step.findFileCapabilities(locations.map(({ id, path }) => ({ tree: treeIds.indexOf(id), path }))),
    });
  },
};

export interface ReportPrinting {
  readonly request: ClosureRequest;
  readonly roots: readonly RootFs[];
  readonly plugins: Plugins;
  /** Text of `closure.json`. */
  readonly closure: string;
  readonly locations: SpecLocations;
  /** The image's tree. */
  readonly image: RootFs;
  readonly list: { readonly name: string; readonly text: string } | undefined;
  /** Which of these files of a tree have file capabilities: indexes. */
  findFileCapabilities(locations: readonly { readonly id: string; readonly path: AbsPath }[]): ReadonlySet<number>;
}

/**
 * Audits the builder that the image's program comes from, with the application in it as a naive image would have it,
 * and the image. Throws VULNERABILITIES_INVALID.
 */
export async function reportClosure(printing: ReportPrinting): Promise<readonly OutputFile[]> {
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
      const locations: { readonly id: string; readonly path: AbsPath; readonly shown: AbsPath }[] = [];
      for (const path of paths) {
        const location = await view.locate(path);
        if (location?.tree !== undefined) locations.push({ id: location.tree.id, path: location.path, shown: path });
      }
      const having = printing.findFileCapabilities(locations);
      return new Set(locations.flatMap(({ shown }, index) => (having.has(index) ? [shown] : [])));
    },
  });
  const printed = toPrintedManifest(manifest, { locations: printing.locations, digest: () => undefined });
  const after = await auditTree({
    ...common,
    name: "image",
    root: image,
    stated: manifestFiles(printed),
    ...(manifest.policy === undefined ? {} : { policy: manifest.policy }),
  });
  return printReport([before, after]);
}
