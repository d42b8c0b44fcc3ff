import { expect, test } from "vitest";
import { namedSource } from "../../../src/cli/image-locations.ts";
import { makeProject } from "../../support/project.ts";

const { folder } = makeProject({ "app/main.py": "", "out/oci-layout": "{}", "image.tar": "" });

test.for([
  ["app", "dir:app"],
  // A directory has no tags: this is the image beside it.
  ["app:1", "docker-daemon:app:1"],
  ["./app:1", "dir:./app:1"],
  ["out", "oci:out"],
  ["out:1", "oci:out:1"],
  ["image.tar", "archive:image.tar"],
  ["other.tar", "archive:other.tar"],
  ["debian:trixie-slim", "docker-daemon:debian:trixie-slim"],
  ["localhost:5000/app:1", "registry:localhost:5000/app:1"],
] as const)("%s means %s", ([text, meaning]) => {
  expect(namedSource(text, folder)).toBe(meaning);
});
