import type { NodeProject } from "./manifest.ts";
import type { NodeServer, NodeSite } from "./recipe.ts";

/** What a framework makes of a project; a text says why it cannot be known. */
export type Plan =
  | NodeServer
  | NodeSite
  | { readonly kind: "obstacle"; readonly reason: string; readonly hint: string };

export interface Framework {
  readonly name: string;
  /** A package that shows it. */
  readonly dependency: string;
  /** What builds it where no script does. */
  readonly builds: string;
  plan(node: NodeProject, build: readonly string[]): Promise<Plan | undefined>;
}

/** What ships of every server that is not bundled. */
export const dependencies: readonly string[] = ["node_modules/**", "package.json"];

/** A site that the build writes to a directory. */
export function site(output: string, isSinglePage: boolean): Framework["plan"] {
  return async (_node, build) =>
    Promise.resolve({ kind: "site", build, output, outputBecause: "where the build writes the site", isSinglePage });
}

/** The text of a configuration, whatever language it is in. */
export async function configText({ project }: NodeProject, name: string): Promise<string> {
  const file = project.files.find((path) => path.startsWith(`${name}.`) && !path.includes("/"));
  return file === undefined ? "" : project.text(file);
}
