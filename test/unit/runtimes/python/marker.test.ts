import { describe, expect, it } from "vitest";
import { markerHolds } from "../../../../src/runtimes/python/marker.ts";

describe("an environment marker", () => {
  it.for([
    ['python_version < "3.8"', false],
    ['python_version >= "3.8" and python_version < "4"', true],
    ['python_full_version < "3.11.3"', false],
    ['python_version == "3.13"', true],
    ["extra == 'async'", false],
    ['sys_platform == "win32" or (os_name == "posix" and implementation_name != "pypy")', true],
    ['platform_machine == "arm64"', true],
    ['"linux" in sys_platform', true],
    ['sys_platform not in "linux darwin"', false],
  ] as const)("%s is %s", ([marker, holds]) => {
    expect(markerHolds(marker, "3.13")).toBe(holds);
  });
});
