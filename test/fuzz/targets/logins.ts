import { parseChallenges } from "../../../src/adapters/registry/challenge.ts";
import { checkRealm } from "../../../src/adapters/registry/realm.ts";
import { BuildError } from "../../../src/diagnostics/diagnostic.ts";
import { must, type Target } from "../target.ts";

const registry = new URL("https://registry.example.com");
// A name with an empty part is none, but would be of the domain.
const registries = /^(?:[^/]*\.)?example\.com$/u;

/** The challenge of a registry in `WWW-Authenticate`: a password goes to its own domain, and by TLS, or nowhere. */
export const challenges: Target = {
  name: "challenges",
  seeds: [
    'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a:pull"',
    'Basic realm="a \\"b\\"", Bearer realm="https://registry.example.com/token"',
    "Negotiate, Bearer realm=https://example.com/token , scope=x",
    'Bearer realm="https://[::ffff:127.0.0.1]:5000/t"',
    'Bearer realm="https://user:secret@2130706433/t"',
  ].map((text) => Buffer.from(text)),
  words: [
    'Bearer realm="',
    "Basic ",
    '"',
    "\\",
    ",",
    "=",
    "__proto__=x",
    "https://",
    "http://",
    "file:///",
    "@",
    "#",
    "\\\\",
    ".example.com",
    "example.com.",
    "127.1",
    "[::1]",
    "localhost",
    "\t",
    "\u00e9",
    "\u3002",
  ],
  run(bytes) {
    return parseChallenges([bytes.toString("utf8")])
      .map(({ scheme, parameters }) => {
        must(scheme === scheme.toLowerCase() && scheme !== "", "schemes are words in lower case");
        return `${scheme === "bearer" ? scheme : "other"} ${locationOf(parameters["realm"])}`;
      })
      .join(", ");
  },
};

function locationOf(realm: string | undefined): string {
  try {
    const location = checkRealm(registry, realm, { trusted: [], hasCredentials: true });
    must(location.protocol === "https:" && registries.test(location.hostname), "a password stays in its domain");
    must(location.username === "" && location.password === "", "no other login is sent");
    return "goes";
  } catch (failure) {
    if (!(failure instanceof BuildError)) throw failure;
    return failure.diagnostics.map(({ code }) => code).join(" ");
  }
}
