import { registryFailure } from "./failure.ts";
import { checkHop, showUrl } from "./registry-locations.ts";

/**
 * The address of the token server that a registry names. Docker sends the password wherever that is. Here it goes to
 * the registry's own host and port, to port 443 with TLS of that host or of one of its domain, and to those of
 * `trusted`; elsewhere only anonymous questions go. Throws REGISTRY_REDIRECT, REGISTRY_DENIED.
 */
export function checkRealm(
  registry: URL,
  text: string | undefined,
  { trusted, hasCredentials }: { readonly trusted: readonly string[]; readonly hasCredentials: boolean },
): URL {
  if (text === undefined || !URL.canParse(text)) {
    throw registryFailure("REGISTRY_ANSWER", `cannot log in to ${registry.host}: it names no server for tokens`);
  }
  const realm = new URL(text);
  realm.username = "";
  realm.password = "";
  const isTrusted = trusted.includes(realm.host) || trusted.includes(realm.hostname);
  if (!isTrusted) checkHop(registry, realm, "the token server");
  if (!hasCredentials || isTrusted || isOwn(registry, realm)) return realm;
  throw registryFailure(
    "REGISTRY_DENIED",
    `cannot log in to ${registry.host}: it asks to send the password to ${showUrl(realm)}, which is not ${isRelated(registry.hostname, realm.hostname) ? "its own port" : "of its domain"}`,
    { hint: `add --trust-realm ${realm.host} if that server is known to you` },
  );
}

/** Anybody may listen on another port of a machine, and nobody else on 443 of a host that shows its certificate. */
function isOwn(registry: URL, realm: URL): boolean {
  if (realm.host === registry.host && realm.protocol === registry.protocol) return true;
  return isRelated(registry.hostname, realm.hostname) && realm.protocol === "https:" && realm.port === "";
}

/** True for one host, and for hosts below one domain that somebody can register. */
function isRelated(left: string, right: string): boolean {
  if (left === right) return true;
  if (/^[\d.]+$|:/u.test(left) || /^[\d.]+$|:/u.test(right)) return false;
  const [a, b] = [left.split(".").reverse(), right.split(".").reverse()];
  const common = a.findIndex((label, index) => label !== b[index]);
  const shared = common === -1 ? a.length : common;
  // Under co.uk and the like, the third label is the first that somebody owns.
  const isSharedSuffix = a[0]?.length === 2 && (a[1]?.length ?? 0) <= 3;
  return shared >= (isSharedSuffix ? 3 : 2);
}
