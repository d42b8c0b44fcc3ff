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

it("brings a program that a library of its source names in a directory, also by another name of the system", async () => {
  const state = (name: string, more: string): string =>
    `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\nSource: jobs\n${more}\n`;
  const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/sbin/jobd 0755 elf=x86_64 loader needed=libjobs.so.1
//- /usr/sbin/job-step-own 0755 elf=x86_64
//- /usr/sbin/job-other 0755 elf=x86_64
//- /usr/sbin/job-step -> /etc/alternatives/job-step
//- /etc/alternatives/job-step -> /usr/sbin/job-step-own
//- /usr/lib/libjobs.so.1 elf=x86_64 soname=libjobs.so.1 needed=libc.so.6 imports=execvp
%s/job-step
//- /var/lib/apt/extended_states
Package: libjobs1
Architecture: amd64
Auto-Installed: 1
//- /var/lib/dpkg/status
${state("jobd", "Depends: libjobs1\n")}${state("libjobs1", "")}
//- /var/lib/dpkg/info/jobd.list
/usr/sbin/jobd
/usr/sbin/job-step-own
/usr/sbin/job-other
//- /var/lib/dpkg/info/libjobs1.list
/usr/lib/libjobs.so.1
`;
  const plugins = { ...allPlugins(), features: [] };
  const { entries } = await closureOf({ root, roots: [binary("/usr/sbin/jobd")], plugins });
  expect(entries.map(({ path }) => path).filter((path) => path.includes("job-"))).toEqual([
    "/etc/alternatives/job-step",
    "/usr/sbin/job-step",
    "/usr/sbin/job-step-own",
  ]);
});

it("brings a program that a text without an end begins a command with", async () => {
  expect(await started("indexpager -m pages")).toEqual(["/usr/bin/pager", "/usr/bin/vcs"]);
  expect(await started("a pager for pages")).toEqual(["/usr/bin/vcs"]);
});
