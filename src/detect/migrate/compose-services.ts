import { isRecord } from "../../formats/json/json-object.ts";
import { splitShellWords } from "../../formats/text/shell-words.ts";
import { defaultShell } from "./dockerfile-stages.ts";
import { readYaml, textOf } from "./yaml-file.ts";

/** A service of a Compose file, as it is written. */
export type ComposeService = Readonly<Record<string, unknown>>;

/** The services of a Compose file, by their names. */
export function composeServices(text: string): readonly (readonly [name: string, service: ComposeService])[] {
  return Object.entries(readYaml(text)?.["services"] ?? {}).filter((entry): entry is [string, ComposeService] =>
    isRecord(entry[1]),
  );
}

/** What a service builds: the file, from where the Compose file lies, with its stage and arguments. */
export interface ComposeBuild {
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly args: Readonly<Record<string, string>>;
}

/** What a service builds; undefined for one that takes an image as it is. */
export function composeBuild({ build }: ComposeService): ComposeBuild | undefined {
  if (build === undefined || build === null) return undefined;
  const { context = ".", dockerfile = "Dockerfile", target, args } = isRecord(build) ? build : { context: build };
  const folder = textOf(context)
    .replace(/^(?:\.?\/)+/u, "")
    .replace(/^\.$|\/$/gu, "");
  const file = folder === "" ? textOf(dockerfile) : `${folder}/${textOf(dockerfile)}`;
  return { dockerfile: file, target: target === undefined ? undefined : textOf(target), args: pairsOf(args) };
}

/** The words of `command` or `entrypoint`; undefined where a service has none. */
export function composeWords(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value.map(textOf) : wordsOf(textOf(value));
}

function wordsOf(text: string): readonly string[] {
  return splitShellWords(text) ?? [...defaultShell, text];
}

/** A map, or a list of `A=1`, as texts. */
export function pairsOf(value: unknown): Readonly<Record<string, string>> {
  if (Array.isArray(value)) {
    return Object.fromEntries(
      value.map(textOf).flatMap((one): readonly (readonly [string, string])[] => {
        const at = one.indexOf("=");
        return at === -1 ? [] : [[one.slice(0, at), one.slice(at + 1)]];
      }),
    );
  }
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => (one === null ? [] : [[name, textOf(one)]])),
  );
}
