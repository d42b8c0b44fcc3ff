import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { treeContents } from "../adapters/images/tree-contents.ts";
import { writeTree } from "../adapters/images/write-tree.ts";
import { findHostTools, type HostRun, type HostRunReport, runOnHost } from "../adapters/sandbox/host-sandbox.ts";
import type { AssembledLayer } from "../assembler/assemble.ts";
import { invariant } from "../diagnostics/invariant.ts";
import { emptySettings, type ImageSettings, parseImageConfig } from "../formats/oci/image-config.ts";
import type { TriedCommand } from "../frontend/targets/tried-commands.ts";
import { searchPath } from "../frontend/verify/builder-root.ts";
import { allowsReadonly, imageOwner, withPath } from "../frontend/verify/sandbox.ts";
import type { ProgramOutput } from "../frontend/verify/verify-findings.ts";
import { explainRun } from "../resolver/commands/missing.ts";
import { allPlugins } from "../resolver/plugins.ts";
import type { MadeImage, ReadSpec } from "./assembly.ts";
import type { Call } from "./command.ts";
import { machinePlatform } from "./platform-option.ts";

/** Runs programs of an image on this machine: in the image, and in its builder. */
export interface HostTrial {
  readonly settings: ImageSettings;
  /** Runs a command in both. A text where this machine cannot: the reason. */
  run(args: readonly string[], milliseconds: number): Promise<TriedCommand | string>;
  /** Runs a command in the builder as root. Undefined where this machine cannot. */
  runAsRoot(args: readonly string[], milliseconds: number): Promise<ProgramOutput | undefined>;
}

/**
 * Lays out an image and its builder in folders of their own, and hands `use` what runs programs in them. Hands it a
 * reason where this machine cannot run any.
 */
export async function withHostTrial<T>(
  call: Call,
  { read, made }: { readonly read: ReadSpec; readonly made: MadeImage<AssembledLayer> },
  use: (trial: HostTrial | string) => Promise<T>,
): Promise<T> {
  const tools = findHostTools(programFolder());
  const machine = machinePlatform();
  const { platform } = made.image;
  if (tools === undefined) return use("this copy of Pith has no tools for this machine");
  if (platform.architecture !== machine.architecture) {
    return use(`the image is for ${platform.architecture}, and this machine is ${machine.architecture}`);
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-try-"));
  try {
    // The image's user enters it.
    fs.chmodSync(folder, 0o755);
    const roots = await layOut(call, made, folder);
    return await use(openTrial(call, { read, made, tools, ...roots }));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder of the program that runs. */
function programFolder(): string {
  const [, program = ""] = process.argv;
  return path.dirname(fs.existsSync(program) ? fs.realpathSync(program) : program);
}

type Root = Pick<HostRun, "root" | "mounts">;

interface Roots {
  readonly image: Root;
  readonly builder: Root;
}

async function layOut(
  { terminal, signal }: Call,
  { image, builderFolders }: MadeImage<AssembledLayer>,
  folder: string,
): Promise<Roots> {
  const task = terminal.start("unpacking the image and its builder");
  const onBytes = (count: number): void => task.advance(count);
  const imageFolder = path.join(folder, "image");
  await writeTree(imageFolder, image.contents, { signal, onBytes });
  const { request, roots } = image;
  const view = request.views.find(({ name }) => name === request.process.view);
  const seen = (view?.trees ?? []).flatMap((id) => request.trees.filter((tree) => tree.id === id));
  const parts: { readonly dest: string; readonly folder: string }[] = [];
  for (const [index, { id, prefix }] of seen.entries()) {
    const known = id.startsWith("builder:") ? builderFolders.get(id.slice("builder:".length)) : undefined;
    const own = path.join(folder, `tree-${String(index)}`);
    if (known === undefined) {
      const root = roots.get(id);
      invariant(root !== undefined, `no root was opened for ${id}`);
      await writeTree(own, (await treeContents(root)).contents, { signal, onBytes });
    }
    parts.push({ dest: prefix, folder: known ?? own });
  }
  task.finish();
  const [base, ...mounts] = parts;
  invariant(base !== undefined, "an image's process sees its builder");
  return { image: { root: imageFolder, mounts: [] }, builder: { root: base.folder, mounts } };
}

function openTrial(
  { signal }: Call,
  {
    read: { spec },
    made: { image },
    tools,
    ...roots
  }: { readonly read: ReadSpec; readonly made: MadeImage<AssembledLayer>; readonly tools: string } & Roots,
): HostTrial {
  const settings = parseImageConfig(image.config) ?? emptySettings;
  const { request, manifest } = image;
  const common = {
    env: withPath(settings.env, searchPath(image)),
    owner: imageOwner(settings),
    workdir: settings.workdir ?? "/",
    signal,
  };
  return {
    settings,
    async runAsRoot(args, milliseconds) {
      const own = { ...roots.builder, args, milliseconds, isReadonly: false, hasTmp: true };
      const report = await runOnHost({ ...common, ...own, owner: { uid: 0, gid: 0 } }, tools);
      return report.kind === "unable" ? undefined : report;
    },
    async run(args, milliseconds) {
      // The builder's directories can be written, so that the image's own data is no difference.
      const start = async (root: Root, hasTmp: boolean): Promise<HostRunReport> =>
        runOnHost({ ...common, ...root, args, milliseconds, isReadonly: false, hasTmp }, tools);
      const ofImage = await start(roots.image, spec.system.tmp || !allowsReadonly(spec, settings));
      if (ofImage.kind === "unable") return ofImage.reason;
      const ofBuilder = await start(roots.builder, true);
      if (ofBuilder.kind === "unable") return ofBuilder.reason;
      const findings = await explainRun({
        request,
        roots: request.trees.flatMap(({ id }) => image.roots.get(id) ?? []),
        plugins: allPlugins(),
        manifest,
        run: ofImage,
        inBuilder: ofBuilder,
      });
      return { command: args, ofImage, ofBuilder, ...findings };
    },
  };
}
