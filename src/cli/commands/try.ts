import fs from "node:fs";
import path from "node:path";
import { escapeText, printLines } from "../../diagnostics/escape.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import {
  absentFiles,
  adviceFor,
  describeTried,
  type TriedCommand,
  trialsOf,
} from "../../frontend/targets/tried-commands.ts";
import { judgeStart } from "../../frontend/verify/start-check.ts";
import { includeLine } from "../../frontend/verify/verify-findings.ts";
import type { MissingFile } from "../../inspect/explain/missing-files.ts";
import { includePatch } from "../../plan/include-patch.ts";
import { assemblyOptions, type ReadSpec, readSpec, withImages } from "../assembly.ts";
import type { Call, Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { withHostTrial } from "../host-trial.ts";
import { misuse } from "../words.ts";

/** `pith try`: what the target `try` does, without an engine. */
export const tryImage: Command = {
  name: "try",
  summary: "Run an image's programs beside its builder, and say what is missing",
  description: `Runs the image's command, every program of verify and that of closure.trace in the image and in its builder, and prints how
each ended and which files the image lacks. The programs run on this machine, in namespaces of their own: as the image's user, without a
network but loopback, and what they write is dropped. It takes no root. SOURCEs are those of pith build.

The exit code is 1 where a program dies in the image and not in the builder, and where this machine cannot run them.`,
  operands: { usage: "[CONTEXT]", least: 0, most: 1 },
  options: [
    ...assemblyOptions,
    { name: "patch", value: "FILE", description: "Write the lines that the spec lacks as a patch of it." },
  ],
  examples: [
    { line: "pith try --source main=oci:builder", does: "Does it start?" },
    { line: "pith try --source main=dir:root --patch fix.patch && patch -p1 < fix.patch", does: "Add what it lacks." },
  ],
  async run(call) {
    const read = await readSpec(call);
    if (read.options.platforms.length > 1) {
      throw misuse("cannot try several platforms at once: this machine is of one", "name one with --platform");
    }
    return withImages(call, read, {
      writeLayer: async (_spool, name) => Promise.resolve({ name, diffId: "" }),
      async use([made]) {
        invariant(made !== undefined, "an image has at least one platform");
        return withHostTrial(call, { read, made }, async (trial) => {
          if (typeof trial === "string") return untried(call, read, trial);
          const tried: TriedCommand[] = [];
          for (const { args, milliseconds } of trialsOf(read.spec, trial.settings)) {
            const one = await trial.run(args, milliseconds);
            if (typeof one === "string") return untried(call, read, one);
            tried.push(one);
          }
          tell(call, read, tried);
          const isWorse = tried.some((one) =>
            judgeStart(one, one, trial.settings).some(({ code }) => code !== "START_MISS"),
          );
          return isWorse ? exitCodes.failed : exitCodes.fine;
        });
      },
    });
  },
};

function untried({ terminal }: Call, { parsed, locations }: ReadSpec, reason: string): typeof exitCodes.failed {
  terminal.report(
    [
      {
        severity: "error",
        code: "TRY_UNABLE",
        message: `cannot try the image: ${reason}`,
        hint: "use docker build --target try",
        span: locations.spanOf(""),
      },
    ],
    parsed.files,
  );
  return exitCodes.failed;
}

function tell(call: Call, read: ReadSpec, tried: readonly TriedCommand[]): void {
  const { terminal, words, hostFolder } = call;
  const absent = absentFiles(tried);
  if (terminal.isJson) {
    terminal.print(`${JSON.stringify({ tried: tried.map(toJson) }, undefined, 2)}\n`);
  } else {
    const lines = tried.flatMap((one) => [...describeTried(one), ""]);
    if (tried.length === 0) lines.push("There is nothing to try: the image has no command.", "");
    terminal.print(printLines([...lines, ...adviceFor(absent, undefined)]));
  }
  const file = words.text("patch");
  const patch = file === undefined ? undefined : patchOf(read, absent);
  if (file === undefined || patch === undefined) return;
  fs.writeFileSync(path.resolve(hostFolder, file), patch);
  terminal.say(`wrote ${file}: patch -p1 < ${file}`);
}

function toJson({ command, ofImage, ofBuilder, missing, denied }: TriedCommand): object {
  return { command, image: ofImage.status.trim(), builder: ofBuilder.status.trim(), missing, denied };
}

function patchOf({ file, parsed, locations }: ReadSpec, absent: readonly MissingFile[]): string | undefined {
  const name = path.basename(file);
  const known = parsed.files.find((one) => one.name === name);
  if (known === undefined) return undefined;
  const places = { spanOf: locations.spanOf, isWritten: (pointer: string) => parsed.spans.isWritten(pointer) };
  const text = new TextDecoder().decode(known.bytes);
  return includePatch(
    { name, text },
    places,
    absent.map((one) => escapeText(includeLine(one))),
  );
}
