import { describe, expect, it } from "vitest";
import type { Need } from "../../../src/closure/model/closure.ts";
import { NeedList } from "../../../src/languages/needs.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

describe("needs of a process", () => {
  const shell = (text: string): Need => ({
    path: toAbsPath("/bin/sh"),
    role: "program",
    evidence: "string",
    why: `starts ${text}`,
    args: ["-c", text],
  });

  it("has each path once for a role, and a program once for each of its command lines", () => {
    const list = new NeedList();
    for (const need of [shell("ls | sort"), shell("cut -f1 | tac"), shell("ls | sort")]) list.add(need);
    for (const role of ["file", "module", "file"] as const)
      list.add({ path: toAbsPath("/a"), role, evidence: "string", why: "names it" });
    expect(list.take().map((one) => ("need" in one ? one.need.why : ""))).toEqual([
      "starts ls | sort",
      "starts cut -f1 | tac",
      "names it",
      "names it",
    ]);
  });
});
