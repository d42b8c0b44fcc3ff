import { expect, test } from "vitest";
import { normalizeReference } from "../../../../src/formats/oci/reference.ts";

test.for([
  ["debian", "docker.io/library/debian:latest"],
  ["debian:trixie", "docker.io/library/debian:trixie"],
  ["user/app", "docker.io/user/app:latest"],
  ["localhost/app", "localhost/app:latest"],
  ["localhost:5000/a/b:1", "localhost:5000/a/b:1"],
  [
    "example.org/a@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "example.org/a@sha256:0000000000000000000000000000000000000000000000000000000000000000",
  ],
  ["docker.io/debian", "docker.io/library/debian:latest"],
  ["index.docker.io/debian", "docker.io/library/debian:latest"],
  [
    "debian@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "docker.io/library/debian@sha256:0000000000000000000000000000000000000000000000000000000000000000",
  ],
] as const)("the full form of %s", ([short, full]) => {
  expect(normalizeReference(short)).toBe(full);
});
