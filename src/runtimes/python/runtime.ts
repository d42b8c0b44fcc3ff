import type { Runtime, Yield } from "../../closure/model/closure.ts";
import { type AbsPath, childOf, compareBytes, toAbsPath } from "../../rootfs/rootfs.ts";
import { type ArchivedSource, readArchive } from "./archives.ts";
import { basicCodecs, normaliseEncoding, parseAliases } from "./codecs.ts";
import { createEmitter, rule } from "./emitter.ts";
import { reachEntries } from "./entries.ts";
import { createWaiting, gateWordsAmong, gateWordsIn } from "./gates.ts";
import { probeModule, pythonProbeArgs } from "./health-probe.ts";
import { areaOf, type Installation } from "./installation.ts";
import { createReach } from "./reach.ts";
import { factsOf, readFacts } from "./source-facts.ts";
import { type HeldImport, type ReadSource, readSource, type Source } from "./source-needs.ts";
import { reachStartUp } from "./start-up.ts";

/** The run-time of one Python process. */
export function createRuntime(installation: Installation): Runtime {
  const { process, files, layout, searchPath } = installation;
  const emitter = createEmitter(installation);
  const waiting = createWaiting<HeldImport>();
  const reach = createReach(installation, emitter, async (strings, module, out) => {
    for (const task of waiting.meet(gateWordsAmong(strings), module, "site")) await task(out);
  });
  /** Sources of the application that were read, and those at which the program starts. */
  const read = new Map<AbsPath, ReadSource>();
  const starts = new Set<AbsPath>();
  const mains = new Set<AbsPath>();
  const reported = new Set<string>();
  /** Names at the top of archives that are imported from: no search finds them. */
  const archived = new Set<string>();
  const isTraced = process.stdlib === "reachable";
  let aliases: ReadonlyMap<string, string> = new Map();

  async function readAndFree(source: Source, out: Yield[]): Promise<void> {
    const found = await readSource(source, { installation, reach, waiting }, out);
    await reach.beside(source.path, out);
    const area = areaOf(installation, source.path);
    if (area === "app") read.set(source.path, found);
    if (!isTraced || area === "stdlib") return;
    const { facts } = source;
    for (const task of waiting.meet(facts.gateWords, source.identity.name, area)) await task(out);
    for (const name of found.scan.names) await reachCodec(name, out);
    if (facts.wantsEveryCodec) await reach.name("encodings.*", rule("may ask for any encoding"), out);
  }

  /** What the sources of an archive import, as if they lay in a directory of its name. */
  async function readArchived(sources: readonly ArchivedSource[], isRun: boolean, out: Yield[]): Promise<void> {
    for (const { identity } of sources) archived.add(identity.name.split(".")[0] ?? identity.name);
    for (const { path, identity, isMain, text } of sources) {
      if (isRun && isMain) starts.add(path);
      const facts = factsOf(text, { isTraced });
      await readAndFree({ path, facts, identity, isMain: isRun && isMain }, out);
    }
  }

  /** What one source of the application adds to sys.path all others import from, whichever of them was read first. */
  async function findInAdded(): Promise<readonly Yield[]> {
    const added = [...new Set([...read.values()].flatMap((source) => source.added))].sort(compareBytes);
    const yields: Yield[] = [];
    if (added.length === 0) return yields;
    for (const [path, source] of read) {
      const out: Yield[] = [];
      const missing: string[] = [];
      const leadsTo = [...source.leadsTo];
      for (const name of source.missing) {
        const because = { evidence: "proved", why: `imports ${name}` } as const;
        const found = await reach.seenFrom(path, added).name(name, because, out);
        if (found === undefined) missing.push(name);
        else if (found.file !== undefined) leadsTo.push(found.file);
      }
      if (missing.length < source.missing.length) read.set(path, { ...source, missing, leadsTo });
      yields.push(...out.map((one) => ({ ...one, from: path })));
    }
    return yields;
  }

  async function reachCodec(name: string, out: Yield[]): Promise<void> {
    const normal = normaliseEncoding(name);
    const module = aliases.get(normal) ?? normal;
    if (module.includes(".") || (await installation.finder.find(`encodings.${module}`)) === undefined) return;
    await reach.name(`encodings.${module}`, { evidence: "string", why: `names the encoding ${name}` }, out);
  }

  async function reachCodecs(out: Yield[]): Promise<void> {
    aliases = parseAliases((await files.readText(childOf(layout.stdlib, "encodings/aliases.py"))) ?? "");
    for (const name of basicCodecs) await reach.name(`encodings.${name}`, rule("has it as a basic encoding"), out);
    // The locale of the process may ask for one more.
    for (const variable of ["LC_ALL", "LC_CTYPE", "LANG", "PYTHONIOENCODING"]) {
      for (const part of (process.env[variable] ?? "").split(/[.:@]/u)) if (part !== "") await reachCodec(part, out);
    }
  }

  return {
    async *start() {
      const out: Yield[] = [];
      await reachStartUp(installation, emitter, reach, out);
      if (isTraced) await reachCodecs(out);
      // Nothing waits yet: this only opens gates.
      waiting.meet(gateWordsIn(process.args.join(" ")), "", "app");
      const entries = await reachEntries(installation, emitter, reach, out);
      for (const path of entries.starts) starts.add(path);
      for (const path of entries.mains) mains.add(path);
      if (entries.code !== undefined) {
        const path = toAbsPath("-c", process.workdir);
        starts.add(path);
        const identity = { name: "__main__", package: "" };
        await readAndFree({ path, facts: factsOf(entries.code, { isTraced }), identity, isMain: true }, out);
      }
      yield* out;
    },
    async *needs(path) {
      const archive =
        searchPath.archives.includes(path) || mains.has(path) ? await readArchive(files, path) : undefined;
      if (archive !== undefined) {
        const out: Yield[] = [];
        await readArchived(archive, mains.has(path), out);
        yield* out;
        return;
      }
      const facts = await readFacts(path, installation);
      if (facts === undefined) return;
      const out: Yield[] = [];
      await readAndFree({ path, facts, identity: reach.identify(path), isMain: mains.has(path) }, out);
      yield* out;
    },
    async probe(probe, timeoutMilliseconds) {
      const needs: Yield[] = [];
      await reach.name(probeModule, { evidence: "declared", why: "checks its health with it" }, needs);
      return { args: pythonProbeArgs(probe, timeoutMilliseconds), needs };
    },
    async *settle() {
      yield* await findInAdded();
      // A program that changes sys.path may know better.
      const severity = [...read.values()].some(({ scan }) => scan.touchesPath) ? "warning" : "error";
      for (const path of tracedFrom(starts, read)) {
        for (const name of read.get(path)?.missing ?? []) {
          if (archived.has(name.split(".")[0] ?? name) || reported.has(`${path} ${name}`)) continue;
          reported.add(`${path} ${name}`);
          const where = searchPath.directories.join(":");
          yield {
            finding: {
              severity,
              code: "IMPORT_MISSING",
              path,
              message: `cannot import ${name}: needed by ${path}, not found on sys.path (${where})`,
              hint: "install the package that has it in the builder, or add it to the app's requirements",
            },
            from: path,
          };
        }
      }
    },
  };
}

/** The application's sources that running the program leads to. */
function tracedFrom(starts: ReadonlySet<AbsPath>, read: ReadonlyMap<AbsPath, ReadSource>): ReadonlySet<AbsPath> {
  const traced = new Set(starts);
  for (const path of traced) for (const next of read.get(path)?.leadsTo ?? []) traced.add(next);
  return traced;
}
