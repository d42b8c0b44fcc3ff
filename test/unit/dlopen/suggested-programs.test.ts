import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

/** A builder in which many packages were named, with one that goes with others. */
function builderOf(texts: string, automatic: readonly string[]): string {
  const others = Array.from({ length: 30 }, (_, at) => `other-${at}`);
  const packages = new Map<string, readonly string[]>([
    ["vcs", ["/usr/bin/vcs", "/usr/bin/vcs-receive", "/usr/bin/vcs-send"]],
    ["far-shell", ["/usr/bin/fsh", "/usr/bin/fsh-keys"]],
    ["pager", ["/usr/bin/pager"]],
    ...others.map((name) => [name, [`/usr/bin/${name}`]] as const),
  ]);
  const status = [...packages.keys()].map((name) => {
    const goesWith = name === "vcs" ? "Recommends: far-shell, pager\n" : "";
    return `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n${goesWith}\n`;
  });
  const lists = [...packages].map(([name, files]) => {
    const objects = files.filter((path) => path !== "/usr/bin/vcs").map((path) => `//- ${path} 0755 elf=x86_64\n`);
    return `${objects.join("")}//- /var/lib/dpkg/info/${name}.list\n${files.join("\n")}\n`;
  });
  const states = automatic.map((name) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n`);
  return `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/bin/vcs 0755 elf=x86_64 loader needed=libc.so.6 imports=execvp
${texts}
//- /var/lib/apt/extended_states
${states.join("\n")}
//- /var/lib/dpkg/status
${status.join("")}${lists.join("")}`;
}

async function started(texts: string, automatic: readonly string[] = []): Promise<readonly string[]> {
  const plugins = { ...allPlugins(), features: [] };
  const { entries } = await closureOf({ root: builderOf(texts, automatic), roots: [binary("/usr/bin/vcs")], plugins });
  return entries.flatMap(({ path, kind }) => (kind === "file" && path.startsWith("/usr/bin/") ? [path] : []));
}

it("brings programs of packages that go with an object's own, where the author named them", async () => {
  expect(await started("vcs+fsh\npager\nother-1")).toEqual(["/usr/bin/fsh", "/usr/bin/pager", "/usr/bin/vcs"]);
  expect(await started("vcs+fsh\npager", ["pager"])).toEqual(["/usr/bin/fsh", "/usr/bin/vcs"]);
  expect(await started("a text\npagers")).toEqual(["/usr/bin/vcs"]);
});

it("brings programs of its own package that it names in a directory", async () => {
  expect(await started("%s/vcs-receive\nhow to use vcs-send")).toEqual(["/usr/bin/vcs", "/usr/bin/vcs-receive"]);
});
