import type { ClosureEntry } from "../../closure/model/closure.ts";
import { pointerOf } from "../../closure/model/graph.ts";
import type { ClosureRequest } from "../../closure/model/request.ts";
import type { PackageRecord } from "../../closure/ownership/package-metadata.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { sourceOfCompiled } from "../../rootfs/compiled-files.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, compareBytes, type RootFs } from "../../rootfs/rootfs.ts";
import { compiledFiles } from "../../runtimes/compiled.gen.ts";
import { capabilityNames, type PolicyKind } from "../../spec/policy-kinds.ts";
import type { PolicySpec } from "../../spec/spec.ts";
import type { ManifestPolicy } from "../manifest/manifest.ts";
import { type Allowances, openAllowances } from "./allowances.ts";
import { type Chain, chainsOf } from "./chain.ts";
import { classifyFiles } from "./classify.ts";
import { describeForbidden, describeLeak, describeSecret } from "./describe.ts";
import { largestIn } from "./largest.ts";
import { checkLicenses, type LicenseAnswer } from "./licenses.ts";
import { checkLimits, type LimitedFigures } from "./limits.ts";
import { findPrograms } from "./programs.ts";
import { type BuildSecret, findLeaks } from "./secrets/leaks.ts";
import { findSecrets } from "./secrets/scan.ts";
import { findTraits, type TraitFile } from "./traits.ts";
import type { Violation } from "./violation.ts";

/** A file of a tree of the request. */
export interface TreePath {
  readonly id: string;
  readonly path: AbsPath;
}

export type FindFileCapabilities = (
  locations: readonly TreePath[],
) => readonly TreePath[] | undefined | Promise<readonly TreePath[] | undefined>;

/** A closure that is to become an image. */
export interface PolicyQuestion {
  readonly request: ClosureRequest;
  readonly entries: readonly ClosureEntry[];
  readonly figures: LimitedFigures;
  /** Packages of which files ship. */
  readonly packages: readonly PackageRecord[];
  /** The image's tree as it will be. */
  readonly root: RootFs;
  /** The trees of the request, by id. */
  readonly trees: ReadonlyMap<string, RootFs>;
  /**
   * Which of these files have file capabilities where they come from; absent, or without an answer, where nothing can
   * tell.
   */
  readonly findFileCapabilities?: FindFileCapabilities;
  /** Values of the request's `secrets`, as far as they were given. */
  readonly secrets: readonly (BuildSecret & { readonly pointer: string })[];
}

export interface PolicyAnswer {
  /** Every violation: errors, and warnings about secrets that no policy forbids. */
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined without a policy. */
  readonly record: ManifestPolicy | undefined;
}

const noPolicy: PolicySpec = { forbid: [], allow: [], max: {}, licenses: { forbid: [] } };

/** Holds a closure against the policy of its request, and looks for secrets whatever the policy. */
export async function checkPolicy(question: PolicyQuestion): Promise<PolicyAnswer> {
  const { request, entries, figures, root } = question;
  const policy = request.policy ?? noPolicy;
  const allowances = await openAllowances(policy.allow, root);
  const chain = chainsOf(entries);
  const filesOf = (id: string) => entries.filter(({ owner, kind }) => owner === id && kind !== "directory");
  // What a distribution's package carries has its licences.
  const licensed = question.packages.filter(({ carrier }) => carrier === undefined);
  const licenses = checkLicenses(policy.licenses, licensed, {
    pathsOf: (id) => filesOf(id).map(({ path }) => path),
    originOf(id) {
      const [first] = filesOf(id);
      return first === undefined ? undefined : chain(first.path).origin;
    },
  });
  const diagnostics = [
    ...(await checkForbidden(question, { policy, root, allowances, chain })),
    ...(policy.forbid.includes("file-capability") ? [] : await droppedCapabilities(question, chain)),
    ...(await checkSecrets(question, { policy, root, allowances, chain })),
    ...(await checkLeaks(question, { root, allowances, chain })),
    ...licenses.diagnostics,
    ...checkLimits(policy.max, figures, largestIn(entries, chain)),
  ];
  if (request.policy === undefined) return { diagnostics, record: undefined };
  const { forbid, max } = policy;
  const limits = (["bytes", "files", "packages"] as const).flatMap((figure) => {
    const limit = max[figure];
    return limit === undefined ? [] : [{ figure, limit, actual: figures[figure] }];
  });
  const judged =
    policy.licenses.forbid.length === 0
      ? {}
      : { licenses: { forbid: policy.licenses.forbid, unknown: licenses.unknown, ...allowedPart(licenses) } };
  return { diagnostics, record: { forbid, limits, ...judged, allow: allowances.used() } };
}

function allowedPart({ allowed }: LicenseAnswer): Pick<NonNullable<ManifestPolicy["licenses"]>, "allow"> {
  return allowed.length === 0 ? {} : { allow: allowed };
}

interface Checking {
  readonly policy: PolicySpec;
  readonly root: RootFs;
  readonly allowances: Allowances;
  readonly chain: (path: string) => Chain;
}

async function checkForbidden(question: PolicyQuestion, checking: Checking): Promise<readonly Diagnostic[]> {
  const { policy, root, allowances, chain } = checking;
  const { entries } = question;
  const forbidden: ReadonlySet<PolicyKind> = new Set(policy.forbid);
  const asksPrograms = capabilityNames.some((name) => forbidden.has(name));
  const programs = asksPrograms
    ? findPrograms(await classifyFiles(root), { forbidden, required: await declaredInterpreter(entries, root) })
    : [];
  const files = await withStats(entries, root);
  const withCapabilities = forbidden.has("file-capability") ? await pathsWithCapabilities(question) : new Set<string>();
  const traits = await findTraits(files, {
    forbidden,
    root,
    originalMode: modesOf(question),
    withCapabilities: withCapabilities ?? new Set(),
  });
  const violations = [...programs, ...traits].filter(({ kind, path }) => !allowances.covers(kind, path));
  const order = (kind: PolicyKind): number => policy.forbid.indexOf(kind);
  const unchecked = withCapabilities === undefined ? [describeUnchecked(order("file-capability"))] : [];
  const found = groupAlike(violations, entries)
    .toSorted((left, right) => order(left.kind) - order(right.kind) || compareBytes(left.path, right.path))
    .map((violation) =>
      describeForbidden(violation, {
        pointer: `/policy/forbid/${String(order(violation.kind))}`,
        chain: chain(violation.path),
      }),
    );
  return [...unchecked, ...found];
}

/** A policy that cannot be judged must not pass for one that holds. */
function describeUnchecked(index: number): Diagnostic {
  return {
    severity: "error",
    code: "POLICY_UNCHECKED",
    message: "cannot check the policy file-capability: nothing here reads extended attributes of directories",
    hint: "install GNU tar, hand the builder over as an image, or build with docker build",
    pointer: `/policy/forbid/${String(index)}`,
  };
}

async function withStats(entries: readonly ClosureEntry[], root: RootFs): Promise<readonly TraitFile[]> {
  const files: TraitFile[] = [];
  for (const { path } of entries) {
    const stat = await root.lstat(path);
    if (stat !== undefined) files.push({ path, stat });
  }
  return files;
}

/** Files that the interpreter of the spec is: what its root leads to. */
async function declaredInterpreter(entries: readonly ClosureEntry[], root: RootFs): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  for (const { path, reason } of entries) {
    if (pointerOf(reason.from) !== "/interpreter") continue;
    const resolved = await resolveLinks(root, path);
    if (resolved !== undefined && resolved !== "loop") files.add(resolved.real);
  }
  return files;
}

/** Modes before the image drops bits: of the tree, or as `files` states them. */
function modesOf({ entries, request, trees }: PolicyQuestion): (path: AbsPath) => Promise<number | undefined> {
  const byPath = new Map<AbsPath, ClosureEntry>(entries.map((entry) => [entry.path, entry]));
  const stated = new Map<string, number>();
  for (const root of request.roots) {
    if (root.kind === "file" && root.file.mode !== undefined) stated.set(root.file.path, root.file.mode);
  }
  return async (path) => {
    const tree = byPath.get(path)?.tree;
    const mode = stated.get(path);
    if (mode !== undefined || tree === undefined) return mode;
    return (await trees.get(tree.id)?.lstat(tree.path))?.mode;
  };
}

/** No file of an image has capabilities. Programs that had them are told, as those with a setuid bit are. */
async function droppedCapabilities(question: PolicyQuestion, chain: Checking["chain"]): Promise<readonly Diagnostic[]> {
  const entries = question.entries.filter(({ kind, mode }) => kind === "file" && (mode & 0o111) !== 0);
  const having = await pathsWithCapabilities({ ...question, entries });
  return [...(having ?? [])].toSorted(compareBytes).map((path) => {
    const pointer = chain(path).origin;
    return {
      severity: "warning",
      code: "FILE_CAPABILITY_DROPPED",
      message: `cannot keep the file capability of ${path}: no file of an image has one`,
      hint: "give the container the capability, as with docker run --cap-add",
      ...(pointer === undefined ? {} : { pointer }),
    };
  });
}

/** Undefined where nothing can tell. */
async function pathsWithCapabilities({
  entries,
  findFileCapabilities,
}: PolicyQuestion): Promise<ReadonlySet<string> | undefined> {
  const locations = entries.flatMap(({ kind, tree, path }) =>
    kind === "file" && tree !== undefined ? [{ path, tree }] : [],
  );
  const key = ({ id, path }: TreePath): string => `${id}\0${path}`;
  const having = await findFileCapabilities?.(locations.map(({ tree }) => tree));
  if (having === undefined) return undefined;
  const found = new Set(having.map(key));
  return new Set(locations.filter(({ tree }) => found.has(key(tree))).map(({ path }) => path));
}

/** Kinds of which one reason brings many: they are told once, with how many there are. */
const groupedKinds: ReadonlySet<PolicyKind> = new Set(["headers", "world-writable", "dangling-link"]);

function groupAlike(violations: readonly Violation[], entries: readonly ClosureEntry[]): readonly Violation[] {
  const reasons = new Map<string, ClosureEntry["reason"]>(entries.map(({ path, reason }) => [path, reason]));
  const groups = new Map<string, Violation[]>();
  for (const violation of violations) {
    const reason = reasons.get(violation.path);
    const alike = groupedKinds.has(violation.kind) ? `${reason?.from ?? ""}\0${reason?.why ?? ""}` : violation.path;
    const key = `${violation.kind}\0${alike}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [violation]);
    else group.push(violation);
  }
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [others.length === 0 ? first : { ...first, others: others.map(({ path }) => path) }],
  );
}

/**
 * Secrets are looked for in what the application and the spec bring; everywhere that no package owns where they are
 * forbidden.
 */
async function checkSecrets(question: PolicyQuestion, checking: Checking): Promise<readonly Diagnostic[]> {
  const { policy, root, allowances, chain } = checking;
  const index = policy.forbid.indexOf("secret");
  const kinds = new Map(question.request.trees.map(({ id, kind }) => [id, kind]));
  const isOwn = ({ tree, reason }: ClosureEntry): boolean => {
    const kind = tree === undefined ? undefined : kinds.get(tree.id);
    return kind === "app" || kind === "extra" || pointerOf(reason.from)?.startsWith("/files/") === true;
  };
  const isUnowned = ({ path, owner }: ClosureEntry): boolean =>
    owner === undefined && sourceOfCompiled(compiledFiles, path) === undefined;
  const looked = question.entries.filter((entry) => isOwn(entry) || (index !== -1 && isUnowned(entry)));
  const files = await withStats(looked, root);
  const found = await findSecrets(files, async (path) => root.readFile(path));
  const byPath = new Map<string, ClosureEntry>(looked.map((entry) => [entry.path, entry]));
  return found
    .filter(({ path }) => !allowances.covers("secret", path))
    .map((secret) =>
      describeSecret(secret, {
        chain: chain(secret.path),
        pointer: index === -1 ? undefined : `/policy/forbid/${String(index)}`,
        contextPath: byPath.get(secret.path)?.tree?.id === "app" ? byPath.get(secret.path)?.tree?.path : undefined,
      }),
    );
}

async function checkLeaks(
  { entries, secrets }: PolicyQuestion,
  { root, allowances, chain }: Omit<Checking, "policy">,
): Promise<readonly Diagnostic[]> {
  if (secrets.length === 0) return [];
  const files = entries.filter(({ kind, hardLinkTo }) => kind === "file" && hardLinkTo === undefined);
  const leaks = await findLeaks(files, secrets, (path) => async (offset, length) => {
    return (await root.readFile(path, { offset, length })) ?? new Uint8Array();
  });
  return leaks
    .filter(({ path }) => !allowances.coversByPath("secret", path))
    .map((leak) => {
      const pointer = secrets.find(({ id }) => id === leak.id)?.pointer ?? "";
      return describeLeak(leak, { pointer, chain: chain(leak.path) });
    });
}
