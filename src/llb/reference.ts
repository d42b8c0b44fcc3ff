/**
 * The full form of an image reference, as Docker completes it: `debian` is `docker.io/library/debian:latest`. A reference
 * with a digest gets no tag.
 */
export function normalizeReference(reference: string): string {
  const slash = reference.indexOf("/");
  const first = slash < 0 ? "" : reference.slice(0, slash);
  const hasHost = first.includes(".") || first.includes(":") || first === "localhost" || first !== first.toLowerCase();
  const host = hasHost && first !== "index.docker.io" ? first : "docker.io";
  const rest = hasHost ? reference.slice(slash + 1) : reference;
  const path = host === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const isComplete = name.includes(":") || name.includes("@");
  return `${host}/${path}${isComplete ? "" : ":latest"}`;
}
