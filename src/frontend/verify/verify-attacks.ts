import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { capabilities, capabilitiesOf, listedPrograms, programOfName } from "../../inspect/policy/capabilities.ts";
import { matchGlob } from "../../rootfs/glob.ts";
import { baseName, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import type { AttacksCheck, Spec } from "../../spec/spec.ts";
import { reportPath, toolPath } from "./sandbox.ts";
import { type Checking, readText, solveRun } from "./verify-runs.ts";

/** The attacks of `native/attack` that succeeded. */
interface Success {
  readonly kind: "started" | "writable";
  /** The name that was tried; empty for a directory. */
  readonly name: string;
  readonly path: string;
  /** The same without links. */
  readonly real: string;
}

/**
 * Tries to start programs that help an intruder, and to write a program into each directory and start it. What the spec
 * itself names is a warning, since it was meant; all else is an error.
 */
export async function checkAttacks(checking: Checking, check: AttacksCheck): Promise<readonly Diagnostic[]> {
  const programs = check.programs ?? listedPrograms();
  const ref = await solveRun(checking, {
    args: [toolPath("attack"), `${reportPath}/attacks`, ...programs],
    name: `try ${String(programs.length)} attacks`,
    pointer: checking.pointer,
    root: "writable",
  });
  const { build, image } = checking;
  const uid = (image.settings.user ?? "0").split(":")[0] ?? "0";
  const own = [...image.closure.answer.config.entrypoint.slice(0, 1), ...namedPrograms(build.spec)];
  const isWritten = ({ name, path }: Success): boolean =>
    own.some((program) => program === path || baseName(toAbsPath(program)) === name);
  // A program of several names is told by the one that the spec has.
  const successes = parseSuccesses(await readText(ref, "attacks")).toSorted(
    (left, right) => Number(isWritten(right)) - Number(isWritten(left)),
  );
  const meant = new Set(
    successes.filter((one) => isNamed(one, own) || isAllowed(build.spec, one)).map((one) => one.real),
  );
  const isMeant = (one: Success): boolean =>
    one.kind === "started"
      ? meant.has(one.real)
      : isGiven({ spec: build.spec, given: image.closure.answer.given ?? [], uid }, one.path);
  return [
    ...tell(
      checking,
      successes.filter((one) => !isMeant(one)),
      "error",
    ),
    ...tell(checking, successes.filter(isMeant), "warning"),
  ];
}

function parseSuccesses(text: string): readonly Success[] {
  return text.split("\0").flatMap((record): readonly Success[] => {
    const [kind = "", first = "", second = "", third = ""] = record.split("\t");
    if (kind === "started") return [{ kind, name: first, path: second, real: third }];
    return kind === "writable" ? [{ kind, name: "", path: first, real: first }] : [];
  });
}

function namedPrograms(spec: Spec): readonly string[] {
  return [
    ...spec.binaries.map((binary) => binary.as ?? binary.path),
    ...(spec.interpreter === undefined ? [] : [spec.interpreter.path]),
    ...(spec.image.entrypoint ?? []).slice(0, 1),
  ];
}

/** True for a program that the spec names, by its path or under a name of another version. */
function isNamed({ name, path }: Success, own: readonly string[]): boolean {
  const fold = (program: string): string => {
    const base = baseName(toAbsPath(program));
    return programOfName(base) ?? base;
  };
  return own.some((program) => program === path || fold(program) === fold(name) || fold(program) === fold(path));
}

/** True for a program that `policy.allow` lets in, by its path or as one of its kind. */
function isAllowed({ policy }: Spec, { name, path, real }: Success): boolean {
  const kinds: readonly string[] = capabilitiesOf(programOfName(baseName(toAbsPath(path))) ?? name);
  return (policy?.allow ?? []).some(
    (one) =>
      (one.kind === undefined || kinds.includes(one.kind)) &&
      (one.path === undefined || matchGlob(one.path, path) || matchGlob(one.path, real)),
  );
}

/**
 * True for a directory that the image's user is given to write: /tmp, volumes, directories of `files`, the application,
 * and what the closure gives an account, such as its home.
 */
function isGiven(
  { spec, given, uid }: { readonly spec: Spec; readonly given: readonly string[]; readonly uid: string },
  path: string,
): boolean {
  const directory = toAbsPath(path);
  const all = [
    ...given,
    ...(spec.system.tmp ? ["/tmp"] : []),
    ...spec.image.volumes,
    ...spec.files.flatMap((file) => (file.kind === "directory" ? [file.path] : [])),
    ...(spec.app !== undefined && spec.app.owner.split(":")[0] === uid ? [spec.app.dest] : []),
    ...(spec.image.user === undefined || uid !== "0" ? [] : ["/"]),
  ];
  return all.some((one) => isWithin(directory, toAbsPath(one)));
}

function tell(
  { pointer }: Checking,
  successes: readonly Success[],
  severity: Diagnostic["severity"],
): readonly Diagnostic[] {
  const isMeant = severity === "warning";
  const started = successes.filter(
    (one, index) => one.kind === "started" && successes.findIndex((other) => other.real === one.real) === index,
  );
  const writable = successes.filter((one) => one.kind === "writable").map((one) => one.path);
  return [
    ...started.map(
      (one): Diagnostic => ({
        severity,
        code: "VERIFY_ATTACK",
        message: `cannot keep an intruder from using ${one.path}${isMeant ? ", which the spec asks for" : ""}: it starts${titleOf(one)}`,
        hint: isMeant
          ? "leave the program out if the image works without it"
          : `run --target explain --build-arg EXPLAIN=${one.path} to see what brings it, and leave that out or name it in policy.allow`,
        pointer,
      }),
    ),
    ...(writable.length === 0
      ? []
      : [
          {
            severity,
            code: "VERIFY_WRITABLE",
            message: `cannot keep an intruder from adding programs: the image's user can write one into ${writable.join(", ")} and start it${isMeant ? ", as the spec has it" : ""}`,
            hint: isMeant
              ? "run the container with a read-only root, and give it memory where programs do not start: --read-only --tmpfs /tmp:noexec"
              : "take the write permission from the directory in the builder",
            pointer,
          } satisfies Diagnostic,
        ]),
  ];
}

/** `, and it is a shell, with which one can run ...`; empty for a program of no known kind. */
function titleOf({ name, path }: Success): string {
  const known = programOfName(baseName(toAbsPath(path))) ?? programOfName(name) ?? name;
  const kinds = capabilities.filter((one) => capabilitiesOf(known).includes(one.name));
  if (kinds.length === 0) return "";
  const titles = kinds.map((one) => one.title).join(" and ");
  return `, and it is ${titles}, with which one can ${kinds.map((one) => one.use).join(", or ")}`;
}
