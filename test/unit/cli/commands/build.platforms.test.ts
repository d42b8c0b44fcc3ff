import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pith } from "../../../support/command-line.ts";
import { machines, writePlatformLayout } from "../../../support/platform-layout.ts";
import { validateLayout } from "../../../support/validate-image.ts";

let folder = "";
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-platforms-"));
  writePlatformLayout(at("builder"));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const files = {
  "pith.yaml":
    "from: base\nbinaries: [/usr/bin/tool]\nfiles: {/srv/same: {from: context, src: same}}\nlayers: [system, app]\n",
  same: "text\n",
};

async function build(output: string, more: readonly string[] = [], command = "build") {
  const platforms = ["--platform", "linux/amd64,linux/arm64"];
  const target = output === "" ? [] : ["-o", output];
  return pith([command, "--source", `main=oci:${at("builder")}`, ...target, ...platforms, ...more], { files });
}

describe("an image for several platforms", () => {
  it.each([
    [[], ["linux/amd64", "linux/arm64"]],
    [["--sbom"], ["linux/amd64", "linux/arm64", "unknown/unknown", "unknown/unknown"]],
  ])("is an index of one for each, with %j", async (more, platforms) => {
    const output = at(`out${more.join("")}`);
    const { code, err } = await build(`oci:${output}`, ["-t", "app:1", ...more]);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain("closure for linux/arm64: ");
    const validated = await validateLayout(output);
    expect({ ...validated, documents: [] }).toEqual({ problems: [], documents: [], platforms });
    // Each is the image that is made for it alone.
    const one = await pith(
      ["build", "--source", `main=oci:${at("builder")}`, "-o", `oci:${output}-arm`, "--platform", "linux/arm64"],
      { files },
    );
    expect(one.code).toBe(0);
    const blobs = fs.readdirSync(path.join(output, "blobs/sha256"));
    expect(blobs).toEqual(expect.arrayContaining(fs.readdirSync(path.join(`${output}-arm`, "blobs/sha256"))));
  });

  it("is read again by its platforms", async () => {
    const archived = at("out.tar");
    expect(await build(`oci-archive:${archived}`)).toMatchObject({ code: 0 });
    for (const [architecture, machine] of machines) {
      const root = at(`root-${architecture}`);
      const saved = await pith(["save-rootfs", `oci-archive:${archived}`, root, "--platform", `linux/${architecture}`]);
      expect({ code: saved.code, err: saved.err }).toMatchObject({ code: 0 });
      // ELF's e_machine.
      const head = fs.readFileSync(path.join(root, "usr/bin/tool"));
      expect(head.readUInt16LE(18)).toBe(machine === "x86_64" ? 62 : 183);
    }
  });

  it("says what each holds, as JSON", async () => {
    const { out } = await build(`oci:${at("json")}`, ["--json"]);
    const layers = [{ name: "system" }, { name: "app" }];
    expect(JSON.parse(out)).toMatchObject({
      images: [
        { platform: "linux/amd64", layers },
        { platform: "linux/arm64", layers },
      ],
    });
  });

  it.each([
    ["build", "tar:out.tar", "USAGE_INVALID: cannot write tar:out.tar for several platforms: it holds one image"],
    ["resolve", "", "USAGE_INVALID: cannot print several platforms at once: what they hold differs"],
  ])("is refused by %s %s, which has one", async (command, output, finding) => {
    const { code, err } = await build(output, [], command);
    expect(code).toBe(2);
    expect(err).toContain(finding);
  });
});
