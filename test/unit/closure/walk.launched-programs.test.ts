import { expect, test } from "vitest";
import type { DlopenRule } from "../../../src/closure/model/closure.ts";
import type { Plugins } from "../../../src/closure/model/plugins.ts";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { closureOf } from "../../support/closure.ts";

const files: Readonly<Record<string, readonly string[]>> = {
  python: ["/usr/bin/python3", "/usr/lib/python3.13/os.py"],
  tools: ["/usr/bin/nice", "/usr/bin/env", "/usr/bin/find"],
  jq: ["/usr/bin/jq"],
};
const status = Object.keys(files).map(
  (name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n`,
);
const contents = Object.entries(files).flatMap(([name, paths]) => [
  `//- /var/lib/dpkg/info/${name}.list\n${paths.join("\n")}\n`,
  ...paths.map(
    (path) =>
      `//- ${path}${path.startsWith("/usr/bin") ? ` 0755 elf=x86_64${path.endsWith("jq") ? " loader=" : ""}` : ""}\n`,
  ),
]);

async function resolve(code: string, others: Partial<Plugins> = {}): ReturnType<typeof closureOf> {
  return closureOf({
    root: `//- /var/lib/dpkg/status\n${status.join("")}${contents.join("")}//- /app/app.py\n${code}\n`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
    plugins: { ...allPlugins(), ...others, features: [] },
  });
}

async function shipped(code: string): Promise<readonly string[]> {
  const { entries, diagnostics } = await resolve(code);
  const programs = entries.filter(({ kind, path }) => kind === "file" && path.startsWith("/usr/bin/"));
  return [...programs.map(({ path }) => path.slice("/usr/bin/".length)), ...diagnostics.map(({ code }) => code)];
}

test.each([
  ["['env', '-i', 'jq', '.']", ["env", "jq", "python3"]],
  ["['nice', '-n', '3', 'env', 'jq', '.']", ["env", "jq", "nice", "python3"]],
  ["['find', '.', '-exec', 'jq', '.', '{}', ';']", ["find", "jq", "python3"]],
])("what a source gives to a program that runs another one is the source's word: %s", async (list, programs) => {
  expect(await shipped(`subprocess.run(${list})`)).toEqual(programs);
});

test.each([
  [undefined, [""]],
  [true, ["", ".", "-r ."]],
] as const)("a rule is asked again for other arguments where it reads them: %s", async (readsArguments, expected) => {
  const asked = new Set<string>();
  const rule: DlopenRule = {
    name: "asked",
    ...(readsArguments === undefined ? {} : { readsArguments }),
    applies: ({ path }) => path === "/usr/bin/jq",
    async *needs(_object, { args }) {
      asked.add(args.join(" "));
      yield* [];
    },
  };
  await resolve("subprocess.run(['jq', '.'])\nsubprocess.run(['jq', '-r', '.'])", { rules: [rule] });
  expect([...asked]).toEqual(expected);
});

test("a program opens its libraries once, with whatever arguments it is started", async () => {
  const openings = async (code: string): Promise<number> => {
    let count = 0;
    const plugins = allPlugins();
    const openProcess: typeof plugins.openProcess = async (options) => {
      if (options.program === "/usr/bin/jq") count++;
      return plugins.openProcess(options);
    };
    await resolve(code, { openProcess });
    return count;
  };
  const once = await openings("subprocess.run(['jq', '.'])");
  expect(once).toBeGreaterThan(0);
  expect(await openings("subprocess.run(['jq', '.'])\nsubprocess.run(['jq', '-r', '.'])")).toBe(once);
});
