import { z } from "zod";
import { checkedText, strict } from "./problem.ts";
import { duration, program, text } from "./texts.ts";

/** As written, defaults filled in. */
export type RawExpected = string | { readonly contains: string } | { readonly matches: string };

/** As written, defaults filled in. */
export type RawVerify =
  | {
      readonly run: readonly string[];
      readonly stdout?: RawExpected;
      readonly stderr?: RawExpected;
      readonly exit: number;
    }
  | {
      readonly start: true;
      readonly http: {
        readonly port: number;
        readonly path: string;
        readonly status: number;
        readonly within: string;
      };
    }
  | { readonly start: true; readonly tcp: { readonly port: number; readonly within: string } }
  | { readonly attacks: "default" | readonly string[] }
  | RawNoStart;

/** As written, defaults filled in. */
export interface RawNoStart {
  readonly start: "off" | false;
}

const regularExpression = checkedText((value) =>
  isRegularExpression(value)
    ? undefined
    : { code: "SPEC_VALUE", reason: "not a regular expression", hint: "write one as JavaScript has them" },
);

function isRegularExpression(value: string): boolean {
  try {
    return new RegExp(value, "u").unicode;
  } catch {
    return false;
  }
}

const expected: z.ZodType<RawExpected> = z
  .union([
    z.string(),
    strict({ contains: z.string().meta({ description: "A part of the text." }) }),
    strict({ matches: regularExpression.meta({ description: "A regular expression that finds something in it." }) }),
  ])
  .meta({
    id: "Expected",
    description: "The whole text, its last line break left out; or a part of it, or a regular expression.",
  });

const requestPath = checkedText((value) =>
  /^\/[!-~]*$/.test(value)
    ? undefined
    : { code: "SPEC_VALUE", reason: "not a request path", hint: "write it as /health, without spaces" },
);

const port = z.int().min(1).max(65_535).meta({ description: "The port on the loopback address." });
const within = duration.default("10s").meta({ description: "How long the first good answer may take." });
const start = z.literal(true).meta({ description: "Start the image's entrypoint and command, and probe it." });

const noStart: z.ZodType<RawNoStart> = strict({
  start: z
    .union([z.literal("off"), z.literal(false)])
    .meta({ description: "`off`: do not start the image before it is given to anyone." }),
}).meta({ description: "No start of the image at the end of the build." });

/** One check in the finished root. */
export const verifyStepSchema: z.ZodType<RawVerify> = z
  .union([
    strict({
      run: z.array(text).min(1).meta({ description: "A program of the image and its arguments." }),
      stdout: expected.exactOptional().meta({ description: "What it prints." }),
      stderr: expected.exactOptional().meta({ description: "What it prints as errors." }),
      exit: z.int().min(0).max(255).default(0).meta({ description: "Its exit code." }),
    }),
    strict({
      start,
      http: strict({
        port,
        path: requestPath.default("/").meta({ description: "The path of the request." }),
        status: z.int().min(100).max(599).default(200).meta({ description: "The status of the answer." }),
        within,
      }).meta({ id: "HttpProbe", description: "A request that must be answered." }),
    }),
    strict({
      start,
      tcp: strict({ port, within }).meta({ id: "TcpProbe", description: "A port that must accept a connection." }),
    }),
    strict({
      attacks: z
        .union([z.literal("default"), z.array(program).min(1)])
        .meta({ description: "Programs that must not start: `default`, or names and paths." }),
    }),
    noStart,
  ])
  .meta({ id: "Verify", description: "One check in the finished root file system." });

/** Checks in the finished root. */
export const verifySchema: z.ZodType<readonly RawVerify[] | RawNoStart> = z
  .union([z.array(verifyStepSchema), noStart])
  .default([])
  .meta({ description: "Checks that run in the finished root file system; a failure fails the build." });
