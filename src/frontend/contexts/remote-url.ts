/** A git repository as `URL#ref:subdir` names it. */
export interface GitUrl {
  readonly remote: string;
  readonly ref: string | undefined;
  readonly subdirectory: string | undefined;
  readonly isSsh: boolean;
}

/** Recognises the git URLs that the Docker CLI passes on as a build context; undefined for everything else. */
export function parseGitUrl(text: string): GitUrl | undefined {
  const [remote, fragment] = splitOnce(text, "#");
  const isSsh = remote.startsWith("ssh://") || /^[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:/u.test(remote);
  const isGit =
    isSsh ||
    remote.startsWith("git://") ||
    /^https?:\/\/[^?]*\.git\/?$/u.test(remote) ||
    remote.startsWith("github.com/");
  if (!isGit) return undefined;
  const [ref, subdirectory] = splitOnce(fragment, ":");
  return {
    remote,
    ref: ref === "" ? undefined : ref,
    subdirectory: subdirectory === "" ? undefined : subdirectory,
    isSsh,
  };
}

export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//u.test(text);
}

/** As much of a file as `isArchive` looks at. */
export const archiveHeadBytes = 512;

/** True when `head` starts like a tar archive, plain or compressed, and so is no spec. */
export function isArchive(head: Uint8Array): boolean {
  const magics = [
    [0x42, 0x5a, 0x68],
    [0x1f, 0x8b, 0x08],
    [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
    [0x28, 0xb5, 0x2f, 0xfd],
  ];
  if (magics.some((magic) => magic.every((byte, index) => head[index] === byte))) return true;
  return new TextDecoder("latin1").decode(head.subarray(257, 262)) === "ustar";
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, ""] : [text.slice(0, index), text.slice(index + separator.length)];
}
