import { z } from "zod";
import { type AddressProblem, parseHttpProbe, parseTcpProbe } from "../probe-address.ts";
import type { ProbeSpec } from "../spec.ts";
import { checkedText, type Problem, patternText, strict } from "./problem.ts";
import { absolutePath, duration, text } from "./texts.ts";

/** As written, defaults filled in. */
export interface RawAccounts {
  readonly users: readonly {
    readonly name: string;
    readonly uid: number;
    readonly gid?: number;
    readonly home?: string;
  }[];
  readonly groups: readonly { readonly name: string; readonly gid: number; readonly members: readonly string[] }[];
}

/** As written, defaults filled in. */
export interface RawHealthcheck {
  readonly exec?: readonly string[];
  readonly http?: string;
  readonly tcp?: string | number;
  readonly interval?: string;
  readonly timeout?: string;
  readonly "start-period"?: string;
  readonly retries?: number;
}

/** As written, defaults filled in. */
export interface RawMetadata {
  readonly "package-db": "auto" | boolean;
  readonly sbom?: "spdx" | "spdx3" | "cyclonedx" | "none";
  readonly vex: boolean;
  readonly origin: boolean;
  readonly reasons?: "attestation" | "file" | "none";
}

/** As written, defaults filled in. */
export type RawLayers = "single" | "per-package" | readonly ("system" | "interpreter" | "dependencies" | "app")[];

const accountName = patternText(
  /^[a-z_][a-z0-9_.-]{0,31}$/,
  "not an account name",
  "use lower-case letters, digits, dots, dashes and underscores",
);
const id = z.int().min(0).max(4_294_967_294);

/** Users and groups beside root and nonroot. */
export const accountsSchema: z.ZodType<RawAccounts> = strict({
  users: z
    .array(
      strict({
        name: accountName.meta({ description: "The name." }),
        uid: id.meta({ description: "The number." }),
        gid: id.exactOptional().meta({ description: "The group's number. Default: the uid." }),
        home: absolutePath.exactOptional().meta({
          description: "The home directory, made where the image runs as this user. Default: none.",
        }),
      }).meta({ id: "User", description: "A line of `/etc/passwd`." }),
    )
    .default([])
    .meta({ description: "Users for `/etc/passwd`." }),
  groups: z
    .array(
      strict({
        name: accountName.meta({ description: "The name." }),
        gid: id.meta({ description: "The number." }),
        members: z.array(accountName).default([]).meta({ description: "Users that belong to it as well." }),
      }).meta({ id: "Group", description: "A line of `/etc/group`." }),
    )
    .default([])
    .meta({ description: "Groups for `/etc/group`." }),
}).meta({ id: "Accounts", description: "Users and groups beside root and nonroot." });

/** A port: a number, or text with a protocol. */
export const portSchema: z.ZodType<string | number> = z
  .union([
    z.int().min(1).max(65_535),
    checkedText((value) => {
      const match = /^(\d{1,5})(?:\/(?:tcp|udp|sctp))?$/.exec(value);
      const port = Number(match?.[1] ?? 0);
      if (port >= 1 && port <= 65_535) return undefined;
      return { code: "SPEC_VALUE", reason: "not a port", hint: 'write a number from 1 to 65535, or "53/udp"' };
    }),
  ])
  .meta({ description: 'A number, or a text such as `"53/udp"`.' });

/** How the engine checks that a container works. */
export const healthcheckSchema: z.ZodType<RawHealthcheck> = strict({
  exec: z.array(text).min(1).exactOptional().meta({ description: "A program of the image and its arguments." }),
  http: checkedText((value) => addressProblem(parseHttpProbe(value)))
    .exactOptional()
    .meta({
      description: "An address of the container, such as `http://127.0.0.1:8000/health`, that must answer 200 to 399.",
    }),
  tcp: z
    .union([z.int().min(1).max(65_535), checkedText((value) => addressProblem(parseTcpProbe(value)))])
    .exactOptional()
    .meta({ description: "A port that must accept, or `127.0.0.1:PORT`." }),
  interval: duration.exactOptional().meta({ description: "Time between checks." }),
  timeout: duration.exactOptional().meta({ description: "Time that one check may take." }),
  "start-period": duration.exactOptional().meta({ description: "Time at the start in which failures do not count." }),
  retries: z
    .int()
    .min(0)
    .max(1000)
    .exactOptional()
    .meta({ description: "Failures in a row that make a container unhealthy." }),
}).meta({ id: "Healthcheck", description: "How the engine checks that a container works; it needs no shell." });

function addressProblem(parsed: ProbeSpec | AddressProblem): Problem | undefined {
  return "kind" in parsed ? undefined : { code: "SPEC_VALUE", ...parsed };
}

/** How files are spread over layers. */
export const layersSchema: z.ZodType<RawLayers> = z
  .union([z.enum(["single", "per-package"]), z.array(z.enum(["system", "interpreter", "dependencies", "app"])).min(1)])
  .meta({ description: "The layers, the one that changes least first; or `single`, or `per-package`." });

/** Name of a signal, or its number. */
export const signalSchema: z.ZodString = patternText(
  /^(?:SIG[A-Z0-9+-]{2,12}|[1-9]\d?)$/,
  "not a signal",
  "write a name such as SIGTERM, or a number in quotes",
);

/** The metadata of the image. Shape only. */
export const metadataSchema: z.ZodType<RawMetadata> = strict({
  "package-db": z
    .union([z.enum(["auto"]), z.boolean()])
    .default("auto")
    .meta({ description: "The package database that scanners read, limited to the files that ship." }),
  sbom: z.enum(["spdx", "spdx3", "cyclonedx", "none"]).exactOptional().meta({
    description: "The SBOM, attached to the image. Default: `spdx`, attached when `--sbom=true` requests it.",
  }),
  vex: z.boolean().default(true).meta({
    description:
      "OpenVEX statements about vulnerabilities that cannot apply, attached when the build gets a list of them (docs/guides/vex.md).",
  }),
  origin: z.boolean().default(false).meta({
    description:
      "Labels and annotations `org.opencontainers.image.*` that say which commit, time and base image it comes from (docs/guides/sbom.md).",
  }),
  reasons: z.enum(["attestation", "file", "none"]).exactOptional().meta({
    description:
      "Where the reasons for every file are kept. Default: `attestation`, attached when `--sbom=true` requests the SBOM.",
  }),
}).meta({ id: "Metadata", description: "Information about the image, beside its files." });
