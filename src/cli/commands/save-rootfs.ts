import os from "node:os";
import path from "node:path";
import process from "node:process";
import { openSource } from "../../adapters/images/open-source.ts";
import { treeContents } from "../../adapters/images/tree-contents.ts";
import { writeTree } from "../../adapters/images/write-tree.ts";
import { quote } from "../../diagnostics/escape.ts";
import { groupDigits } from "../../diagnostics/numbers.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { imageNames, namedSource } from "../image-locations.ts";
import { parsePlatformOption } from "../platform-option.ts";
import { imageFetcher } from "../registry-images.ts";
import { registryOptions } from "../registry-options.ts";

/** `pith save-rootfs`: the files of an image in a directory. */
export const saveRootFs: Command = {
  name: "save-rootfs",
  summary: "Write the files of an image into a directory",
  description: `Lays the layers of an image over each other and writes what is there in the end. Nothing is written outside DIR, whatever
the image says, and DIR has all of it or is not there. Only root can give files their owners; devices, FIFOs and extended
attributes are left out.

${imageNames}`,
  operands: { usage: "IMAGE DIR", least: 2, most: 2 },
  options: [
    { name: "platform", value: "OS/ARCH", description: "Of an image for several. Default: linux on this machine's." },
    ...registryOptions,
  ],
  examples: [
    { line: "pith save-rootfs oci-archive:image.tar rootfs", does: "Unpack an archive." },
    { line: "pith save-rootfs docker-daemon:app:1 rootfs", does: "Unpack an image that the Docker engine has." },
  ],
  async run(call) {
    const { words, terminal, signal, hostFolder } = call;
    const [image = "", folder = ""] = words.operands;
    const source = namedSource(image, hostFolder);
    const reading = terminal.start(`reading ${source}`);
    const tree = await openSource(source, {
      fetchImage: imageFetcher(call),
      platform: parsePlatformOption(words.text("platform")),
      hostFolder,
      spoolFolder: os.tmpdir(),
      dockerHost: process.env["DOCKER_HOST"],
      signal,
      onBytes: (count) => reading.advance(count),
    });
    try {
      const { contents, leftOut } = await treeContents(tree.root);
      reading.finish();
      const writing = terminal.start(`writing ${folder}`);
      await writeTree(path.resolve(hostFolder, folder), contents, {
        signal,
        onBytes: (count) => writing.advance(count),
      });
      writing.finish();
      for (const one of leftOut) terminal.detail(`left out ${quote(one)}: no plain user could make it`);
      const figures = { ...tree.count(), leftOut: leftOut.length };
      if (terminal.isJson) terminal.print(`${JSON.stringify(figures, undefined, 2)}\n`);
      const left = leftOut.length === 0 ? "" : `, ${String(leftOut.length)} devices, FIFOs or sockets left out`;
      terminal.say(`wrote ${groupDigits(figures.files)} files, ${(figures.bytes / 1e6).toFixed(1)} MB${left}`);
      return exitCodes.fine;
    } finally {
      tree.close();
    }
  },
};
