import type { RequestRoot } from "../../../../src/closure/model/request.ts";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../../support/closure.ts";

/** A package of Debian, with its files. */
export interface DebianPackage {
  readonly name: string;
  readonly source?: string;
  readonly depends?: string;
  readonly essential?: true;
  /** Each a file with its content, a directory with a slash at its end, or a link. */
  readonly files: Readonly<Record<string, string>>;
}

/** A root with packages and their database. */
export function debian(packages: readonly DebianPackage[], more = ""): string {
  const status = packages.map(
    ({ name, source, depends, essential }) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n${essential === true ? "Essential: yes\n" : ""}${
        source === undefined ? "" : `Source: ${source}\n`
      }${depends === undefined ? "" : `Depends: ${depends}\n`}\n`,
  );
  const lists = packages.map(({ name, files }) => {
    const paths = Object.keys(files).map((path) => path.replace(/ .*$/u, ""));
    return `//- /var/lib/dpkg/info/${name}.list\n${paths.map((path) => path.replace(/\/$/u, "")).join("\n")}\n`;
  });
  const contents = packages.flatMap(({ files }) =>
    Object.entries(files).map(([path, content]) => `//- ${path}\n${content === "" ? "" : `${content}\n`}`),
  );
  return `//- /var/lib/dpkg/status\n${status.join("")}${lists.join("")}${contents.join("")}${more}`;
}

/** What ships for a program, a line for each. */
export async function shipped(
  root: string,
  roots: readonly RequestRoot[] = [binary("/usr/sbin/server")],
): Promise<readonly string[]> {
  const { entries, diagnostics, leftOut } = await closureOf({
    root,
    roots,
    plugins: { ...allPlugins(), features: [] },
  });
  return [
    ...entries
      .filter(({ path, kind }) => kind !== "directory" || path.split("/").length > 3)
      .map(
        ({ path, kind, mode, uid }) => `${path}${kind === "directory" ? `/ ${mode.toString(8)} ${String(uid)}` : ""}`,
      ),
    ...leftOut.map(({ path, package: name }) => `left out: ${path} of ${name}`),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
}

/** A package with a program. */
export const server: DebianPackage = {
  name: "server",
  depends: "server-data, libc6",
  files: {
    "/usr/sbin/server 0755 elf=x86_64": "",
    "/usr/bin/server-admin 0755 elf=x86_64": "",
    "/usr/lib/server/mod_a.so elf=x86_64 needed=libgone.so.1": "",
    "/usr/lib/server/helper 0755": "#!/usr/bin/absent",
    "/usr/include/server.h": "",
    "/usr/share/man/man8/server.8": "",
    "/usr/share/doc/server/copyright": "",
    "/etc/server/server.conf": "x",
    "/etc/init.d/server 0755": "#!/bin/sh",
    "/var/lib/server/ 0755 owner=104:104": "",
  },
};

/** A package of the same source. */
export const data: DebianPackage = {
  name: "server-data",
  source: "server (1.0)",
  files: { "/usr/share/server/page.html": "hello" },
};

/** A package with a plug-in. */
export const plugin: DebianPackage = {
  name: "server-plugin",
  source: "server",
  depends: "server",
  files: { "/usr/lib/server/mod_b.so elf=x86_64": "" },
};
