import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFolderWatch } from "../../../../src/cli/folder-watch.ts";
import { runCommandLine } from "../../../../src/cli/run.ts";
import { fixtureMembers } from "../../../support/image-archive.ts";

let folder = "";
const path = process.env["PATH"];
const write = (name: string, text: string): void => {
  mkdirSync(join(folder, "project", name, ".."), { recursive: true });
  writeFileSync(join(folder, "project", name), text);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pith-watch-"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "tree/usr/bin"), { recursive: true });
  for (const { name, content } of fixtureMembers("//- /usr/bin/tool 0755 elf=x86_64"))
    if (content !== undefined) writeFileSync(join(folder, "tree", String(name)), content, { mode: 0o755 });
  // The container runs until it is told to stop.
  const client = `#!/bin/sh
echo "$*" >>${folder}/asked
case $1 in
version|load) echo 26;;
image) case "$*" in *RepoTags*) echo '[]';; *.Id*) wc -l <${folder}/asked;; *) echo '{}';; esac;;
run|start) rm -f ${folder}/stopped; while [ ! -e ${folder}/stopped ]; do sleep 0.02; done;;
stop) touch ${folder}/stopped;;
esac
`;
  writeFileSync(join(folder, "bin/docker"), client);
  chmodSync(join(folder, "bin/docker"), 0o755);
  process.env["PATH"] = `${join(folder, "bin")}:/usr/bin:/bin`;
});
afterEach(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true, force: true });
});

const spec = "from: scratch\nbinaries: [/usr/bin/tool]\nfiles: {/etc/app.conf: {from: context, src: conf/app.conf}}\n";

/** `pith watch` in the project, and waits for what it says and asks. */
function start(): {
  readonly said: () => string;
  readonly until: (is: () => boolean) => Promise<void>;
  readonly runs: () => readonly string[];
  readonly stop: () => Promise<number>;
} {
  const interruption = new AbortController();
  let err = "";
  const ended = runCommandLine({
    args: ["watch", "--source", `main=dir:${join(folder, "tree")}`, "--platform", "linux/amd64"],
    streams: { out: () => {}, err: (text) => void (err += text), isColoured: false },
    hostFolder: join(folder, "project"),
    signal: interruption.signal,
  });
  let code: number | undefined;
  void ended.then((one) => (code = one));
  return {
    said: () => err,
    async until(is) {
      while (!is()) {
        if (code !== undefined) throw new Error(`it ended with ${String(code)}: ${err}`);
        await new Promise((done) => setTimeout(done, 10));
      }
    },
    runs: () => asked().filter((line) => /^(?:run|start) /u.test(line)),
    async stop() {
      interruption.abort();
      return ended;
    },
  };
}

/** Nothing has been asked yet where there is no file. */
function asked(): readonly string[] {
  try {
    return readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
  } catch {
    return [];
  }
}

describe("pith watch", () => {
  it("builds and runs again at an edit, and stops in order", async () => {
    write("pith.yaml", spec);
    write("conf/app.conf", "one");
    const { said, until, runs, stop } = start();
    await until(() => runs().length === 1);
    write("conf/app.conf", "two");
    await until(() => runs().length === 2);
    expect(said()).toContain("edited: conf/app.conf\n");
    expect(await stop()).toBe(130);
    const calls = asked();
    expect(new Set(calls.filter((line) => line.startsWith("stop --time 1 pith-"))).size).toBe(2);
    // The image that had the name before has none now.
    expect(calls.some((line) => line.startsWith("image rm "))).toBe(true);
  });

  it("waits for the correction of a spec that is wrong", async () => {
    write("conf/app.conf", "one");
    write("pith.yaml", spec.replace("binaries", "binarys"));
    const { said, until, runs, stop } = start();
    await until(() => said().includes("waiting for an edit\n"));
    expect(said()).toContain('SPEC_UNKNOWN_KEY: cannot use the key "binarys"');
    expect(runs()).toEqual([]);
    write("pith.yaml", spec);
    await until(() => runs().length === 1);
    expect(await stop()).toBe(130);
  });

  it("waits for a file that a build lacks", async () => {
    write("pith.yaml", spec);
    const { said, until, runs, stop } = start();
    await until(() => said().includes("waiting for an edit\n"));
    expect(said()).toContain("conf/app.conf");
    write("conf/app.conf", "one");
    await until(() => runs().length === 1);
    expect(await stop()).toBe(130);
  });

  it("does not look at what no build reads", async () => {
    write("pith.yaml", spec.replace("conf/app.conf}", "conf}"));
    write(".dockerignore", "conf/*.log\n");
    write("conf/app.conf", "one");
    const { until, runs, stop } = start();
    await until(() => runs().length === 1);
    write("notes.txt", "x");
    write("conf/app.log", "x");
    write("conf/node_modules/x.js", "x");
    await new Promise((done) => setTimeout(done, 250));
    expect(runs()).toHaveLength(1);
    write("conf/new/app.conf", "x");
    await until(() => runs().length === 2);
    expect(await stop()).toBe(130);
  });

  it("refuses a build context that is too large to look at", () => {
    write("a", "");
    write("b/c", "");
    const watched = { hostPaths: [join(folder, "project")], isLeftOut: () => false };
    expect(() => openFolderWatch({ ...watched, mostFiles: 1 })).toThrow(
      "WATCH_TOO_LARGE: cannot watch the build context: it has more than 1 files",
    );
    openFolderWatch({ ...watched, mostFiles: 2 }).close();
  });

  it("ends where the words are wrong", async () => {
    const { until, stop } = start();
    await expect(until(() => false)).rejects.toThrow(/it ended with \d/u);
    await stop();
  });
});
