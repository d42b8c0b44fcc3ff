import process from "node:process";
import { openRegistries, type Registries } from "../adapters/registry/connect.ts";
import { parseMirror } from "../adapters/registry/mirrors.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Call, OptionSpec } from "./command.ts";
import { version } from "./version.ts";

/** Options of every command that speaks to registries. */
export const registryOptions: readonly OptionSpec[] = [
  { name: "plain-http", description: "Speak to registries without TLS. This machine is spoken to so anyway." },
  { name: "ca-file", value: "FILE", description: "Trust the authorities in this PEM file, too." },
  {
    name: "mirror",
    value: "REGISTRY=HOST[/PREFIX]",
    isRepeatable: true,
    description: "Look for images of REGISTRY there first.",
  },
  {
    name: "trust-realm",
    value: "HOST",
    isRepeatable: true,
    description: "Send passwords to this token server, though it is of another domain.",
  },
];

/** Registries as the options of a call say; what they warn of is told once, by `close`. */
export function registriesOf({ words, terminal, signal }: Call): Registries {
  const warnings = new Map<string, Diagnostic>();
  const authorityFile = words.text("ca-file");
  const registries = openRegistries({
    isPlainHttp: words.has("plain-http"),
    ...(authorityFile === undefined ? {} : { authorityFile }),
    mirrors: words.texts("mirror").map(parseMirror),
    trustedRealms: words.texts("trust-realm"),
    env: process.env,
    userAgent: `pith/${version}`,
    warned: (code, message) => void warnings.set(message, { severity: "warning", code, message }),
    signal,
  });
  return {
    ...registries,
    async close() {
      await registries.close();
      terminal.report([...warnings.values()], []);
      warnings.clear();
    },
  };
}
