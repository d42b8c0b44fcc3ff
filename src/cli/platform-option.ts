import process from "node:process";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import type { Platform } from "../formats/oci/platform.ts";
import { parsePlatform } from "../plan/platforms.ts";

/** Linux on this machine's architecture. */
export function machinePlatform(): Platform {
  const architecture = { x64: "amd64", arm64: "arm64", arm: "arm" }[process.arch as string] ?? process.arch;
  return { os: "linux", architecture };
}

/** The value of `--platform`; without one, this machine's. Throws OPTION_INVALID. */
export function parsePlatformOption(text: string | undefined): Platform {
  const platform = text === undefined ? machinePlatform() : parsePlatform(text);
  if (platform !== undefined) return platform;
  const message = `cannot use the platform ${quote(text ?? "")}: it is none`;
  throw new BuildError([{ severity: "error", code: "OPTION_INVALID", message, hint: "write it as linux/arm64" }]);
}
