import type { DlopenRule, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { isProgram } from "../../dlopen/matching.ts";
import type { ElfFile } from "../../formats/elf/elf-file.ts";
import { type ProcessFiles, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { bundleOf } from "./bundle.ts";
import { parseRuntimeConfig } from "./frameworks.ts";
import { type DotnetProgram, isInvariant, programNeeds, readProgram } from "./host.ts";
import { rollForwardOf } from "./versions.ts";

/** In the names of the variables that tell which version to open, before and since .NET 10. */
const override = "_VERSION_OVERRIDE";

/**
 * Programs of .NET that have a host of their own: one beside its assembly, one with all packed into it, one compiled
 * ahead of time. And what .NET's libraries open by the first version that is there: ICU, OpenSSL, Kerberos.
 */
export const dotnetHost: DlopenRule = {
  name: "dotnet",
  readsArguments: true,
  searches: [override],
  applies: ({ path, elf }) => isProgram(elf) || isShim(path),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    const program = isProgram(elf) && path === proc.program ? await hostedProgram(proc, elf) : undefined;
    if (program !== undefined) yield* programNeeds(program, proc);
    yield* shimNeeds({ path, elf }, { proc, program });
  },
};

const shim = /^libSystem\.(?:Globalization|Security\.Cryptography|Net\.Security)\.Native(?:\.OpenSsl)?\.so$/u;

function isShim(path: AbsPath): boolean {
  return shim.test(baseName(path));
}

/** The program that a host of its own starts; undefined for every other program. */
async function hostedProgram(proc: ProcessContext, elf: ElfFile): Promise<DotnetProgram | undefined> {
  const files = processFiles(proc.root);
  const assembly = toAbsPath(`${proc.realProgram}.dll`);
  const overrides = { rollForward: rollForwardOf(proc.env["DOTNET_ROLL_FORWARD"]), version: undefined };
  const stem = proc.realProgram;
  const isBeside = (await files.isFile(assembly)) && (await files.isFile(toAbsPath(`${stem}.runtimeconfig.json`)));
  if (isBeside) {
    const isLocal = await files.isFile(toAbsPath("libhostpolicy.so", parentOf(stem)));
    const install = isLocal ? undefined : await findInstallation(proc, files);
    return readProgram(files, assembly, { install, overrides });
  }
  const bundle = await bundleOf(proc.root, stem, elf);
  if (bundle === undefined) return undefined;
  const config = parseRuntimeConfig(bundle.runtimeConfig ?? "");
  return {
    assembly: undefined,
    directory: parentOf(stem),
    config,
    configFiles: [],
    depsText: '{"targets": {}}',
    install: config.frameworks.length === 0 ? undefined : await findInstallation(proc, files),
    overrides,
    probingPaths: [],
  };
}

/** Where a host of its own looks for shared frameworks (.NET's design of install locations). */
async function findInstallation(proc: ProcessContext, files: ProcessFiles): Promise<AbsPath> {
  const cpu = { amd64: "X64", arm64: "ARM64", arm: "ARM" }[proc.architecture] ?? proc.architecture.toUpperCase();
  const named = proc.env[`DOTNET_ROOT_${cpu}`] ?? proc.env["DOTNET_ROOT"];
  if (named !== undefined && named !== "") return toAbsPath(named, proc.workdir);
  for (const name of [`install_location_${cpu.toLowerCase()}`, "install_location"]) {
    const text = await files.readText(toAbsPath(`/etc/dotnet/${name}`));
    const line = text?.split("\n")[0]?.trim() ?? "";
    if (line.startsWith("/")) return toAbsPath(line);
  }
  const usual = ["/usr/share/dotnet", "/usr/lib/dotnet", "/usr/lib64/dotnet"].map((path) => toAbsPath(path));
  for (const path of usual) if (await files.isDirectory(path)) return path;
  return toAbsPath("/usr/share/dotnet");
}

const newestIcu = 120;
const oldestIcu = 50;
const openssl = ["3", "1.1", "1.0.2", "1.0.0", "10"].map((version) => `libssl.so.${version}`);

async function* shimNeeds(
  object: { readonly path: AbsPath; readonly elf: ElfFile },
  { proc, program }: { readonly proc: ProcessContext; readonly program: DotnetProgram | undefined },
): AsyncIterable<Yield> {
  if (!object.elf.importedSymbols.has("dlopen")) return;
  const overrides = await object.elf.strings(override);
  const has = (name: string): boolean =>
    overrides.some((text) => new RegExp(`^(?:CLR|DOTNET)_${name}${override}$`, "u").test(text));
  if (has("ICU") && !(await isWithoutIcu(proc, program))) yield* icuNeeds(object.path, proc);
  if (has("OPENSSL")) {
    const wanted = proc.env["CLR_OPENSSL_VERSION_OVERRIDE"] ?? proc.env["DOTNET_OPENSSL_VERSION_OVERRIDE"];
    const names = wanted === undefined || wanted === "" ? openssl : [`libssl.so.${wanted}`, ...openssl];
    yield* firstOf(names, object.path, proc);
  }
  if (isShim(object.path) && (await object.elf.strings("libgssapi_krb5")).length > 0) {
    yield* firstOf(["libgssapi_krb5.so.2"], object.path, proc);
  }
}

async function isWithoutIcu(proc: ProcessContext, own: DotnetProgram | undefined): Promise<boolean> {
  const assembly = proc.args.find((arg) => arg.endsWith(".dll"));
  const configured = assembly?.replace(/\.dll$/u, ".runtimeconfig.json") ?? `${proc.realProgram}.runtimeconfig.json`;
  const text = await processFiles(proc.root).readText(toAbsPath(configured, proc.workdir));
  const config = own?.config ?? parseRuntimeConfig(text ?? "");
  return isInvariant(config, proc) || config.properties["System.Globalization.AppLocalIcu"] !== undefined;
}

async function* icuNeeds(from: AbsPath, proc: ProcessContext): AsyncIterable<Yield> {
  const { env } = proc;
  const wanted = (env["CLR_ICU_VERSION_OVERRIDE"] ?? env["DOTNET_ICU_VERSION_OVERRIDE"])?.split(".")[0];
  const versions = Array.from({ length: newestIcu - oldestIcu + 1 }, (_, index) => String(newestIcu - index));
  for (const version of [...(wanted === undefined ? [] : [wanted]), ...versions]) {
    const path = await proc.findLibrary(`libicuuc.so.${version}`, from);
    if (path === undefined) continue;
    yield* firstOf([`libicuuc.so.${version}`], from, proc);
    yield* firstOf([`libicui18n.so.${version}`], from, proc);
    return;
  }
  yield {
    finding: {
      severity: "warning",
      code: "LIBRARY_MISSING",
      message: `cannot find libicuuc.so: ${from} opens the newest version that is there, and programs of .NET do not start without one`,
      hint: "add ICU (such as libicu76) to the builder's `packages`, or set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 in `env`",
    },
  };
}

async function* firstOf(names: readonly string[], from: AbsPath, proc: ProcessContext): AsyncIterable<Yield> {
  for (const name of names) {
    const path = await proc.findLibrary(name, from);
    if (path === undefined) continue;
    const why = `opens ${name}, the first version that is there`;
    yield { need: { path, role: "object", evidence: "rule", why }, from };
    return;
  }
}
