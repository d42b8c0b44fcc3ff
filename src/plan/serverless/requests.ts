import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ImageSettings } from "../../formats/oci/image-config.ts";
import type { ServerlessSpec, Spec } from "../../spec/spec.ts";
import { ignored, type ServerlessPlatform } from "./platform.ts";

/** The port that platforms of Knative's contract ask for when nothing else is said. */
const defaultPort = 8080;

/**
 * A platform that sends requests to one port, named in PORT, and ends the process with SIGTERM (Knative's container
 * runtime contract, which Cloud Run's is too). What starts is as the spec says.
 */
export function requestPlatform(
  name: ServerlessSpec["platform"],
  architectures: readonly string[] | undefined,
): ServerlessPlatform {
  return {
    name,
    architectures,
    refusesIndex: false,
    hasOwnUser: false,
    start: () => ({ kind: "own" }),
    settings(_spec, _serverless, given): ImageSettings {
      const port = given.env["PORT"] ?? portNumber(given.ports[0]) ?? String(defaultPort);
      return {
        ...given,
        env: { PORT: port, ...given.env },
        ports: given.ports.length === 0 ? [`${port}/tcp`] : given.ports,
      };
    },
    check: ({ image }) => checkImage(name, image),
  };
}

function portNumber(port: string | undefined): string | undefined {
  return port?.split("/")[0];
}

function checkImage(name: string, image: Spec["image"]): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (image.stopSignal !== undefined && !/^(?:SIGTERM|TERM|15)$/u.test(image.stopSignal)) {
    const why = `it ends instances with SIGTERM, not with ${image.stopSignal}`;
    found.push(ignored(name, { pointer: "/image/stopSignal", why, hint: "let the program end at SIGTERM" }));
  }
  if (image.ports.length > 1) {
    const why = "it sends requests to one port, the one in PORT";
    found.push(ignored(name, { pointer: "/image/ports", why, hint: "name the port of the requests alone" }));
  }
  return found;
}
