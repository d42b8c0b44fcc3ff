import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { binary, type ClosureCase, closureOf } from "../../../support/closure.ts";

/** What ships for a program, a line for each. */
export async function shipped(root: string, more: Partial<ClosureCase> = {}): Promise<readonly string[]> {
  const plugins = { ...allPlugins(), features: [] };
  const { entries, unknowns, diagnostics } = await closureOf({
    root,
    roots: [binary("/usr/bin/host")],
    plugins,
    ...more,
  });
  return [
    ...entries
      .filter(({ kind }) => kind !== "directory")
      .map(({ path, reason }) => `${path}  ${reason.evidence}: ${reason.why}`),
    ...unknowns.map(({ what, outcome }) => `unknown ${what}: ${outcome}`),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
}

/** A database of dpkg: a paragraph and a list for each package. */
export function installed(
  packages: Readonly<Record<string, { readonly fields?: string; readonly files: readonly string[] }>>,
): string {
  const all = Object.entries(packages);
  const status = all.map(
    ([name, { fields = "" }]) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n${fields}`,
  );
  const lists = all.map(([name, { files }]) => `//- /var/lib/dpkg/info/${name}.list\n${files.join("\n")}\n`);
  return `//- /var/lib/dpkg/status\n${status.join("\n")}\n${lists.join("")}`;
}
