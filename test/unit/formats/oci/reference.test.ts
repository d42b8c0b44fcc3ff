import { expect, test } from "vitest";
import { familiarName, formatReference, loadedName, parseReference } from "../../../../src/formats/oci/reference.ts";
import { findReferenceProblem } from "../../../../src/spec/reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

test.for([
  ["debian", "docker.io/library/debian:latest", "debian"],
  ["debian:trixie", "docker.io/library/debian:trixie", "debian:trixie"],
  ["team/app:1", "docker.io/team/app:1", "team/app:1"],
  ["localhost/app", "localhost/app:latest", "localhost/app"],
  ["localhost:5000/a/b:1", "localhost:5000/a/b:1", "localhost:5000/a/b:1"],
  [`registry.test/app@${digest}`, `registry.test/app@${digest}`, `registry.test/app@${digest}`],
  [`app:1@${digest}`, `docker.io/library/app:1@${digest}`, `app:1@${digest}`],
  ["index.docker.io/library/debian", "docker.io/library/debian:latest", "debian"],
])("%s", ([text = "", full, familiar]) => {
  const parsed = parseReference(text);
  expect(parsed).toBeDefined();
  if (parsed === undefined) return;
  expect(formatReference(parsed)).toBe(full);
  expect(familiarName(parsed)).toBe(familiar);
});

test.for(["", "Debian", "debian:", "https://debian", "a@sha256:12", "a b", "-a", "a/../b", "user:pw@host/app"])(
  "%j is no reference",
  (text) => {
    expect(parseReference(text)).toBeUndefined();
  },
);

test("a name is as long as its full text may be, with the registry that is not written", () => {
  const limits = [
    ["", 255 - "docker.io/library/".length],
    ["a/", 255 - "docker.io/a/".length],
    ["localhost/", 255 - "localhost/".length],
  ] as const;
  for (const [start, longest] of limits) {
    const fits = parseReference(start + "b".repeat(longest));
    expect(fits && parseReference(formatReference(fits))).toEqual(fits);
    expect(fits).toBeDefined();
    expect(parseReference(start + "b".repeat(longest + 1))).toBeUndefined();
    expect(findReferenceProblem(start + "b".repeat(longest + 1))?.reason).toContain("longer than 255 characters");
  }
});

test.for<readonly [text: string, short: string | undefined]>([
  ["app", "app:latest"],
  ["debian:trixie", "debian:trixie"],
  ["localhost:5000/a", "localhost:5000/a:latest"],
  [`app@${digest}`, undefined],
  ["App", undefined],
])("docker load calls %s by its tag", ([text, short]) => {
  expect(loadedName(text)?.short).toBe(short);
});
