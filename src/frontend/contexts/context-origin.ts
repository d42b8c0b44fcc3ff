import type { ImageOrigin } from "../../plan/image-origin.ts";
import { parseGitUrl } from "./remote-url.ts";

/** The commit and the repository that the client names for a directory (`vcs:`), or those of a git context. */
export function contextOrigin(given: ReadonlyMap<string, string>): Pick<ImageOrigin, "revision" | "source"> {
  const git = parseGitUrl(given.get("context") ?? "");
  const commit = /^[0-9a-f]{40,64}$/u.exec(git?.ref ?? "")?.[0];
  return { revision: given.get("vcs:revision") ?? commit, source: given.get("vcs:source") ?? git?.remote };
}
