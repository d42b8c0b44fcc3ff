import { describe, expect, it } from "vitest";
import { mirroredReferences, parseMirror } from "../../../../src/adapters/registry/mirrors.ts";

describe("a mirror", () => {
  it.each([
    ["docker.io=mirror.example.com", "docker.io mirror.example.com "],
    ["docker.io=mirror.example.com/", "docker.io mirror.example.com "],
    ["docker.io=localhost:5000/a/b-c_d.e/", "docker.io localhost:5000 a/b-c_d.e"],
    ["[::1]:5000=[::1]:5001", "[::1]:5000 [::1]:5001 "],
    ["docker.io", "none"],
    ["=mirror.example.com", "none"],
    ["docker.io=", "none"],
    ["docker.io=a/B", "none"],
    ["docker.io=a//b", "none"],
    ["docker.io=a=b", "none"],
    [" docker.io=a", "none"],
  ])("%j is read as %j", (text, parsed) => {
    let found = "none";
    try {
      const { of, registry, prefix } = parseMirror(text);
      found = `${of} ${registry} ${prefix}`;
    } catch (failure) {
      expect(failure instanceof Error ? failure.message : "").toContain("OPTION_INVALID: cannot use the mirror");
    }
    expect(found).toBe(parsed);
  });

  it("stands before the registry that it is for, and no other", () => {
    const mirrors = ["a.example=m.example", "a.example=n.example/x", "b.example=o.example"].map(parseMirror);
    const from = (registry: string) =>
      mirroredReferences({ registry, repository: "app" }, mirrors).map((one) => `${one.registry}/${one.repository}`);
    expect(from("a.example")).toEqual(["m.example/app", "n.example/x/app", "a.example/app"]);
    expect(from("c.example")).toEqual(["c.example/app"]);
  });
});
