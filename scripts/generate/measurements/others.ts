import { readFaults } from "../../../test/bench/registry-results.ts";
import { readComparison } from "../../../test/comparison/results.ts";
import { readRepositories } from "../../../test/repositories/results.ts";
import { daysOf } from "../../../test/support/results.ts";
import { aimOf, median, readTightness } from "../../../test/tightness/results.ts";
import { fullerAim } from "../../../test/wild/fuller.ts";
import { readWildResults } from "../../../test/wild/results.ts";

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Bytes that ship a byte that is opened: a table of languages, and a line of what has no levels. */
export function tightnessTable(): Table & { readonly made: string; readonly text: string } {
  const { machine, programs } = readTightness();
  const cellOf = (group: string, level: "safe" | "reachable"): string => {
    const own = programs.filter((one) => one.group === group && one.level === level);
    const middle = median(own.map(({ ratio }) => ratio));
    const aim = aimOf(group, level);
    if (middle === undefined) return "";
    const verdict = aim === undefined || middle <= aim ? "" : ` (missed: ${String(aim)})`;
    return `${middle.toFixed(2)}${verdict}`;
  };
  const groups = [...new Set(programs.map(({ group }) => group))];
  const isTwofold = (group: string): boolean => programs.some((one) => one.group === group && one.level !== "safe");
  const countOf = (group: string): string =>
    String(new Set(programs.filter((one) => one.group === group).map(({ name }) => name)).size);
  const rows = groups
    .filter(isTwofold)
    .map((group) => [group, countOf(group), cellOf(group, "safe"), cellOf(group, "reachable")]);
  const others = groups.filter((group) => !isTwofold(group));
  return {
    head: ["programs in", "number", "safe", "reachable"],
    rows,
    made: `${daysOf(programs)}, ${machine.split(", Linux", 1)[0] ?? ""}`,
    text: others.map((group) => `${group} ${cellOf(group, "safe")}`).join(", "),
  };
}

/** Images from builders that have forty packages more, as a sentence. */
export function fullerText(): string {
  const { fuller, fullerMeasured } = readWildResults();
  const ratios = fuller.map(
    ({ group, ratio }) => `${group} ${ratio.toFixed(2)}${ratio > fullerAim ? " (missed)" : ""}`,
  );
  return `Images at \`safe\` from a builder with 40 more packages are so many times as large (${fullerMeasured}). ${ratios.join(", ")}.
The aim is ${String(fullerAim)}.`;
}

const compared: readonly string[] = ["Debian", "Debian slim", "Lambda-like", "distroless-like", "Pith"];

/** One function in the images of others. */
export function comparisonTable(): Table & { readonly made: string } {
  const { measured, list, images } = readComparison();
  const rows = [...new Set(images.map(({ language }) => language))].map((language) => {
    const cells = compared.map((image) => {
      const figures = images.find((one) => one.language === language && one.image === image)?.figures ?? {};
      return `${String(figures["layerBytes"])} MB, ${String(figures["vulnerabilities"])}`;
    });
    return [language === "bootstrap" ? "C, static" : language, ...cells];
  });
  const made = `${measured}, by changelogs of ${String(list.sources)} source packages up to ${list.day}`;
  return { head: ["language", ...compared], rows, made };
}

/** Repositories by the lists that have them, and the Dockerfiles beside them. */
export function repositoryTables(): Table & { readonly text: string } {
  const { kinds, sizes, dockerfiles } = readRepositories();
  const lists = ["first", "second", "third", "fourth"] as const;
  const rows = [...new Set(kinds.map(({ kind }) => kind))].map((kind) => {
    const cells = lists.map((list) => {
      const one = kinds.find((other) => other.kind === kind && other.list === list);
      return one === undefined ? "" : `${String(one.atFirst)}, ${String(one.now)} of ${String(one.built)}`;
    });
    const bytes = kinds.filter((one) => one.kind === kind).flatMap(({ megabytes }) => megabytes ?? []);
    const [least, most] = [Math.min(...bytes), Math.max(...bytes)];
    const range = bytes.length === 0 ? "" : least === most ? String(least) : `${String(least)} to ${String(most)}`;
    return [kind, ...cells, range];
  });
  const applications = [...new Set(sizes.map(({ application }) => application))].map((application) => {
    const [own, ...others] = sizes.filter((one) => one.application === application);
    const beside = others.map(({ way, megabytes }) => `${way.replace("like ", "")} ${String(megabytes)}`).join(", ");
    return `\`${application}\` has ${String(own?.megabytes)} (${beside}).`;
  });
  const asked = dockerfiles.filter(({ user }) => user === "root").length;
  const middle = (sizes: readonly number[]): string => String(Math.round(median(sizes) ?? 0));
  const [large, small] = [dockerfiles.map(({ own }) => own), dockerfiles.map(({ adopted }) => adopted)].map(middle);
  return {
    head: ["kind", ...lists.map((list) => `${list} list`), "MB"],
    rows,
    text: `These are MB beside those of stand-ins for others (28 November 2026). ${applications.join(" ")}

All ${String(dockerfiles.length)} Dockerfiles of a list answer the same when they are adopted or migrated, ${String(asked)} of them with \`user: root\`. The
median image has ${small ?? ""} MB instead of ${large ?? ""} (28 November 2026, commit 9ed017e8).`,
  };
}

/** What clients do with a registry that misbehaves, as a sentence. */
export function faultsText(): string {
  const { measured, clients, faults } = readFaults();
  const passed = clients.map(
    ({ title }, index) => `${title} ${String(faults.filter(({ answers }) => answers[index] === "ok").length)}`,
  );
  return `Of ${String(faults.length)} ways in which a registry misbehaves (${measured}), all that Pith's authors thought of, clients
  pass: ${passed.join(", ")}.`;
}
