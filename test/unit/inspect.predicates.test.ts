import fs from "node:fs";
import { expect, test } from "vitest";
import { reasonsPredicateType } from "../../src/inspect/manifest/reasons.ts";
import { fileListsPredicateType, openVexPredicateType } from "../../src/inspect/vex/findings.ts";
import { sbomPredicateTypes } from "../../src/plan/sbom-files.ts";

const folder = new URL("../../docs/predicates/", import.meta.url);
const page = fs.readFileSync(new URL("README.md", folder), "utf8");

test("each type of predicate has a page", () => {
  const types = [
    reasonsPredicateType,
    fileListsPredicateType,
    openVexPredicateType,
    ...Object.values(sbomPredicateTypes),
  ];
  for (const type of types) expect(page).toContain(`| \`${type}\``);
});

test("a type of Pith's own has a page of its version, which names it", () => {
  for (const type of [reasonsPredicateType, fileListsPredicateType]) {
    const [, name = "", version = ""] = /^urn:pith:(.+):(\d+)$/u.exec(type) ?? [];
    const own = fs.readFileSync(new URL(`${name}-v${version}.md`, folder), "utf8");
    expect(own).toContain(`Predicate type: \`${type}\``);
  }
});
