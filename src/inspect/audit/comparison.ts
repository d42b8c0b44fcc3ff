import { compareBytes } from "../../rootfs/rootfs.ts";
import type { CapabilityName } from "../../spec/policy-kinds.ts";
import { capabilities, capabilitiesOf } from "../policy/capabilities.ts";
import { severityLevels } from "../vex/severity.ts";
import type { Audit } from "./audit.ts";

/** An image to put beside others. */
export interface ComparedImage {
  readonly name: string;
  readonly audit: Audit;
  /** Bytes of its layers; undefined for a directory, `compressed` where a layer is stored plain. */
  readonly layerBytes: { readonly plain: number; readonly compressed: number | undefined } | undefined;
}

/** One number of all images, in their order. */
export interface ComparedFigure {
  readonly key: string;
  readonly title: string;
  readonly unit: "points" | "bytes" | "count";
  /** Undefined where an image cannot tell. */
  readonly values: readonly (number | undefined)[];
  /** True for a part of the figure above it. */
  readonly isPart: boolean;
}

type Read = (image: ComparedImage) => number | undefined;

/** What the names of package databases stand for. */
const kinds: Readonly<Record<string, string>> = {
  apk: "apk",
  cargo: "Rust crates",
  dpkg: "Debian",
  gem: "Ruby gems",
  generic: "published by their makers",
  golang: "Go modules",
  maven: "Java",
  npm: "npm",
  nuget: "NuGet",
  pypi: "Python",
  rpm: "rpm",
};

/** All figures, the same for one image as for twenty. Kinds and severities that no image has are left out. */
export function compareImages(images: readonly ComparedImage[]): readonly ComparedFigure[] {
  const whole = (key: string, title: string, read: Read, unit: ComparedFigure["unit"] = "count"): ComparedFigure => {
    return { key, title, unit, values: images.map(read), isPart: false };
  };
  const part = (key: string, title: string, read: Read): ComparedFigure => {
    return { ...whole(key, title, read), isPart: true };
  };
  const isThere = ({ values }: ComparedFigure): boolean => values.some((value) => value !== undefined && value > 0);
  const hasList = images.some(({ audit }) => audit.vulnerabilities !== undefined);
  return [
    whole("score", "attack-surface score", ({ audit }) => audit.score.total, "points"),
    whole("compressedBytes", "bytes of layers, compressed", ({ layerBytes }) => layerBytes?.compressed, "bytes"),
    whole("layerBytes", "bytes of layers, unpacked", ({ layerBytes }) => layerBytes?.plain, "bytes"),
    whole("bytes", "bytes of files", ({ audit }) => audit.figures.bytes, "bytes"),
    whole("files", "files", ({ audit }) => audit.figures.files),
    whole("packages", "packages", ({ audit }) => audit.figures.packages),
    ...Object.entries(kinds)
      .map(([kind, title]) => part(`packages.${kind}`, title, (image) => countPackages(image, kind)))
      .filter(isThere),
    ...[part("packages.configuration", "of which only settings are there", countConfigurations)].filter(isThere),
    ...(hasList
      ? [
          whole("vulnerabilities", "vulnerabilities of the list", ({ audit }) => audit.vulnerabilities?.found.length),
          ...severityLevels
            .map((level) => part(`vulnerabilities.${level}`, level, (image) => countVulnerabilities(image, level)))
            .filter(isThere),
        ]
      : []),
    whole("executables", "executable files", ({ audit }) => audit.score.counts.executables),
    whole("libraries", "libraries", ({ audit }) => audit.figures.libraries),
    whole("listedPrograms", "programs of use to an attacker", ({ audit }) => audit.score.counts.listedPrograms),
    ...capabilities.map(({ name, title }) =>
      part(`programs.${name}`, `${name}: ${title}`, ({ audit }) => programsOf(audit, name).length),
    ),
    whole("setuid", "setuid and setgid files", ({ audit }) => audit.setuid.length),
    whole("fileCapabilities", "files with file capabilities", ({ audit }) => audit.fileCapabilities?.length),
    whole("worldWritable", "paths that anybody may write", ({ audit }) => audit.worldWritable.length),
    whole("secrets", "files with secrets", ({ audit }) => audit.secrets.length),
    whole("devices", "device nodes", ({ audit }) => audit.devices.length),
  ];
}

/** The listed programs of an image that give a capability, each name once. */
export function programsOf({ files }: Audit, capability: CapabilityName): readonly string[] {
  const names = files
    .flatMap(({ identities }) => identities.map(({ program }) => program))
    .filter((program) => capabilitiesOf(program).includes(capability));
  return [...new Set(names)].sort(compareBytes);
}

function countPackages({ audit }: ComparedImage, kind: string): number {
  return audit.packages.filter(({ database, isCarried }) => database === kind && !isCarried).length;
}

function countConfigurations({ audit }: ComparedImage): number {
  return audit.packages.filter(({ isConfiguration }) => isConfiguration).length;
}

function countVulnerabilities({ audit }: ComparedImage, level: string): number | undefined {
  return audit.vulnerabilities?.found.filter(({ severity }) => severity === level).length;
}
