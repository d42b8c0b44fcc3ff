import { expect, it } from "vitest";
import { packageTitle } from "../../../../src/inspect/audit/package-title.ts";

it.each([
  ["generic:python@3.13.5", "Python 3.13.5"],
  ["generic:php@8.4.1", "PHP 8.4.1"],
  ["dpkg:libc6", "libc6"],
  ["dpkg:libc6:amd64", "libc6:amd64"],
  ["npm:@scope/name@1.0.0", "@scope/name 1.0.0"],
  ["pypi:flask@3.1.0", "flask 3.1.0"],
  ["app", "app"],
  ["/usr/lib", "/usr/lib"],
])("calls %s %s", (owner, title) => {
  expect(packageTitle(owner)).toBe(title);
});
