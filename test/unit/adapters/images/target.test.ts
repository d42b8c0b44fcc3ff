import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe } from "vitest";
import { archiveFiles, directoryFiles } from "../../../../src/adapters/images/file-tree.ts";
import { archiveTarget, layoutSource, layoutTarget } from "../../../../src/adapters/images/layout-target.ts";
import { fileExtent } from "../../../../src/adapters/layers/extent.ts";
import { openTestRepository, testRegistries } from "../../../support/registry/drive-pith.ts";
import { startMemoryRegistry } from "../../../support/registry/memory-registry.ts";
import { memoryTarget, targetContract } from "../../../support/target-contract.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-target-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
let count = 0;
const fresh = (): string => path.join(folder, String(++count));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe("memory", () => {
  targetContract(async () => {
    const target = memoryTarget("memory");
    return Promise.resolve({ target, reopen: async () => Promise.resolve(target) });
  });
});

describe("an OCI layout", () => {
  targetContract(async () => {
    const location = fresh();
    const files = directoryFiles(location);
    closing.push(() => files.close());
    return Promise.resolve({
      target: layoutTarget(location),
      reopen: async () => Promise.resolve(layoutSource(files, location)),
    });
  });
});

describe("an archive of an OCI layout", () => {
  targetContract(async () => {
    const location = fresh();
    return Promise.resolve({
      target: archiveTarget(location),
      async reopen() {
        const file = fs.openSync(location, "r");
        const files = archiveFiles(fileExtent(file, 0, fs.fstatSync(file).size), () => fs.closeSync(file));
        closing.push(() => files.close());
        return Promise.resolve(layoutSource(files, location));
      },
    });
  });
});

describe("a registry", () => {
  targetContract(async () => {
    const registry = await startMemoryRegistry();
    const open = async () => {
      const registries = testRegistries();
      closing.unshift(async () => registries.close());
      return (await openTestRepository(registries, `${registry.host}/app:1`)).target;
    };
    closing.push(async () => registry.close());
    return { target: await open(), reopen: open };
  });
});
