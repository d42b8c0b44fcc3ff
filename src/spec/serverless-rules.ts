import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { errorAt } from "./finding.ts";
import { keySpanOf, type MapNode, nodeAt, type Path, spanOf, textAt } from "./node.ts";

/** Platforms that call a function by its name; the others send requests to a port. */
const functionPlatforms: readonly string[] = ["aws-lambda"];

/**
 * Requests of `serverless` that the rest of the spec makes impossible. `tree` may be a target merged into the main
 * image.
 */
export function findServerlessProblems(tree: MapNode): readonly Diagnostic[] {
  const platform = textAt(tree, ["serverless"]) ?? "none";
  if (platform === "azure-functions") return [azureProblem(tree)];
  const handler = nodeAt(tree, ["handler"]);
  if (!functionPlatforms.includes(platform)) {
    if (handler === undefined || isReplaced(tree, "handler")) return [];
    const message =
      platform === "none"
        ? "cannot use handler: the image follows no platform that calls one"
        : `cannot use handler: ${platform} sends requests to a port, and calls no function`;
    return [
      errorAt(keySpanOf(tree, ["handler"]), "SPEC_CONFLICT", message, "leave it out, or add serverless: aws-lambda"),
    ];
  }
  return [...findMissingHandler(tree, platform), ...findOwnCommands(tree, platform)];
}

function azureProblem(tree: MapNode): Diagnostic {
  const message =
    "cannot use serverless: azure-functions: its images have to hold the Functions host, a .NET program that comes in the platform's own base images only";
  const hint =
    "serve HTTP and use google-cloud-run or knative, or build on the platform's base image with a Dockerfile";
  return errorAt(spanOf(tree, ["serverless"]), "SPEC_NOT_SUPPORTED", message, hint);
}

/** A custom run-time may do without the name of a function; the client of an interpreter may not. */
function findMissingHandler(tree: MapNode, platform: string): readonly Diagnostic[] {
  const handler = textAt(tree, ["handler"]);
  if (handler !== undefined && handler.trim() === "") {
    const message = `cannot use ${quote(handler)} as handler: it names no function`;
    return [errorAt(spanOf(tree, ["handler"]), "SPEC_VALUE", message, "write it as FILE.FUNCTION")];
  }
  if (nodeAt(tree, ["handler"]) !== undefined || nodeAt(tree, ["interpreter"]) === undefined) return [];
  if (hasBootstrap(tree)) return [];
  const message = `cannot make an image for ${platform}: handler is missing`;
  const hint = "add handler: FILE.FUNCTION, such as app.handler";
  return [errorAt(keySpanOf(tree, ["serverless"]), "SPEC_MISSING_KEY", message, hint)];
}

/** True when one of the programs is a custom run-time by its name. */
function hasBootstrap(tree: MapNode): boolean {
  const binaries = nodeAt(tree, ["binaries"]);
  if (binaries?.kind !== "list") return false;
  return binaries.entries.some((_, index) => {
    const path: Path = ["binaries", index];
    const name = textAt(tree, [...path, "as"]) ?? textAt(tree, [...path, "path"]) ?? textAt(tree, path);
    return name !== undefined && /(?:^|\/)bootstrap$/u.test(name);
  });
}

/**
 * The client and the function's name are the entrypoint and the command. What stands below (a target's main image, an
 * included spec) is replaced by them; what stands beside `serverless`, or above it, contradicts it.
 */
function findOwnCommands(tree: MapNode, platform: string): readonly Diagnostic[] {
  return ["entrypoint", "cmd"].flatMap((key) => {
    if (nodeAt(tree, [key]) === undefined || isReplaced(tree, key)) return [];
    const message = `cannot use ${key} beside serverless: ${platform}: the image starts the platform's client`;
    return [
      errorAt(keySpanOf(tree, [key]), "SPEC_CONFLICT", message, `leave ${key} out, and name the function in handler`),
    ];
  });
}

/** True for a key of what lies below, where `serverless` is said above it. */
function isReplaced(tree: MapNode, key: string): boolean {
  const isOwn = (path: Path): boolean => nodeAt(tree, path) !== undefined && isInside(tree.span, keySpanOf(tree, path));
  return isOwn(["serverless"]) && !isOwn([key]);
}

function isInside(outer: Span, { file, start }: Span): boolean {
  if (file !== outer.file) return false;
  const isAfter =
    start.line > outer.start.line || (start.line === outer.start.line && start.column >= outer.start.column);
  const isBefore = start.line < outer.end.line || (start.line === outer.end.line && start.column <= outer.end.column);
  return isAfter && isBefore;
}
