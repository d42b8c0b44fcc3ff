import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

const tools = Array.from({ length: 20 }, (_, at) => `tool-${at}-of-box`);

/** A builder in which many packages were named, with one that goes with others. */
function builderOf(texts: string, automatic: readonly string[]): string {
  const others = Array.from({ length: 30 }, (_, at) => `other-${at}`);
  const packages = new Map<string, readonly string[]>([
    ["vcs", ["/usr/bin/vcs", "/usr/bin/vcs-receive", "/usr/bin/vcs-send"]],
    ["far-shell", ["/usr/bin/fsh", "/usr/bin/fsh-keys"]],
    ["pager", ["/usr/bin/pager"]],
    ["box", tools.map((name) => `/usr/bin/${name}`)],
    ...others.map((name) => [name, [`/usr/bin/${name}`]] as const),
  ]);
  const status = [...packages.keys()].map((name) => {
    const goesWith = name === "vcs" ? "Recommends: far-shell, pager, box\n" : "";
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

function closureWith(texts: string, automatic: readonly string[] = []): ReturnType<typeof closureOf> {
  const plugins = { ...allPlugins(), features: [] };
  return closureOf({ root: builderOf(texts, automatic), roots: [binary("/usr/bin/vcs")], plugins });
}

async function started(texts: string, automatic: readonly string[] = []): Promise<readonly string[]> {
  const { entries } = await closureWith(texts, automatic);
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

it("brings the few programs that it names of a package with many, and tells of more", async () => {
  expect(await started("tool-3-of-box")).toEqual(["/usr/bin/tool-3-of-box", "/usr/bin/vcs"]);
  const { unknowns } = await closureWith(tools.slice(0, 13).join("\n"));
  expect(unknowns.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([
    "long-list: one of 13 programs of box: tool-0-of-box, tool-1-of-box, tool-10-of-box, tool-11-of-box, ...",
  ]);
});
