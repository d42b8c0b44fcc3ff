import { copy as copyImage } from "../../adapters/images/copy.ts";
import { type ImageLocation, parseImageLocation } from "../../adapters/images/image-location.ts";
import { mayFit, toPlatform } from "../../adapters/images/oci-layout.ts";
import type { Referring } from "../../adapters/images/referring.ts";
import { refuse } from "../../adapters/images/refuse.ts";
import type { Descriptor } from "../../formats/oci/descriptor.ts";
import { formatPlatform, parsePlatform } from "../../plan/platforms.ts";
import type { Call, Command, OptionSpec } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { openSourceLocation, openTargetLocation, parseSourceLocation } from "../image-locations.ts";
import { parsePlatformOption } from "../platform-option.ts";
import { registriesOf, registryOptions } from "../registry-options.ts";

/** Options of every command that copies. */
export const copyOptions: readonly OptionSpec[] = [
  { name: "platform", value: "OS/ARCH", description: "Copy the image for this platform alone." },
  { name: "referrers", description: "Copy what refers to the image, too: signatures, SBOMs." },
  ...registryOptions,
];

/** `pith copy`: an image from one place to another, bit for bit. */
export const copy: Command = {
  name: "copy",
  summary: "Copy an image between registries, layouts and archives",
  description: `Copies an image bit for bit: manifests, configuration, layers, all platforms. Every digest is checked on the way, what is there
already is not sent again, and the name changes when everything else is there.

A SOURCE or TARGET is the name of an image with its registry (localhost:5000/app:1), registry:NAME, oci:DIR[:TAG] or
oci-archive:FILE[:TAG]; a SOURCE docker-archive:FILE[:TAG] or docker-daemon:NAME, too, whose layers are compressed then. A SOURCE
without a kind is a file or a layout that is there, else an image of the Docker engine. Logins are those of docker login.`,
  operands: { usage: "SOURCE TARGET", least: 2, most: 2 },
  options: copyOptions,
  examples: [
    { line: "pith copy oci:out:1 localhost:5000/app:1", does: "Push what pith build has written." },
    { line: "pith copy registry:debian:trixie oci-archive:debian.tar", does: "Pull an image with nothing but Node." },
  ],
  async run(call) {
    const [from = "", to = ""] = call.words.operands;
    return runCopy(call, from, { text: to, location: parseImageLocation(to, call.hostFolder) });
  },
};

/** Copies as the options of the call say, and tells the digest. */
export async function runCopy(
  call: Call,
  from: string,
  to: { readonly text: string; readonly location: ImageLocation },
): Promise<ExitCode> {
  const { words, terminal, signal, hostFolder } = call;
  const withReferrers = words.has("referrers");
  const choose = chooserOf(words.text("platform"), from);
  const location = await parseSourceLocation(from, hostFolder);
  const registries = registriesOf(call);
  try {
    const platform = parsePlatformOption(words.text("platform"));
    const opened = await openSourceLocation(location, from, registries, platform);
    try {
      const { source } = opened;
      const goal = await openTargetLocation(to.location, to.text, { registries, source, signal });
      try {
        const copied = { bytes: 0, blobs: 0, known: 0 };
        const referring: Referring[] = [];
        const root = await copyImage(source, goal.target, {
          from: opened.reference,
          to: goal.reference,
          ...(choose === undefined ? {} : { choose }),
          withReferrers,
          signal,
          toldReferring: (one) => referring.push(one),
          told({ what, descriptor }) {
            terminal.detail(`${what} ${descriptor.digest} ${String(descriptor.size)}`);
            if (what === "there") copied.known++;
            else {
              copied.blobs++;
              copied.bytes += descriptor.size;
            }
          },
        });
        if (terminal.isJson)
          terminal.print(
            `${JSON.stringify({ digest: root.digest, ...copied, ...(withReferrers ? { referrers: referring.length } : {}) }, undefined, 2)}\n`,
          );
        else {
          terminal.print(`${root.digest}\n`);
          const sent = `${String(copied.blobs)} blobs, ${(copied.bytes / 1e6).toFixed(1)} MB`;
          terminal.say(`copied ${from} to ${to.text}: ${sent}; ${String(copied.known)} were there`);
          for (const { kind, descriptor } of referring) terminal.say(`with ${kind}: ${descriptor.digest}`);
        }
        return exitCodes.fine;
      } finally {
        goal.abandon();
      }
    } finally {
      opened.close();
    }
  } finally {
    await registries.close();
  }
}

/** Picks the image of a platform out of an index. Throws OPTION_INVALID, IMAGE_PLATFORM_MISSING. */
function chooserOf(
  text: string | undefined,
  name: string,
): ((manifests: readonly Descriptor[]) => Descriptor) | undefined {
  if (text === undefined) return undefined;
  const platform = parsePlatform(text);
  if (platform === undefined) {
    throw refuse(
      "OPTION_INVALID",
      `cannot copy for the platform ${JSON.stringify(text)}: it is none`,
      "write it as linux/arm64",
    );
  }
  return (manifests) => {
    const found = manifests.find((one) => one.platform !== undefined && mayFit(one, platform));
    if (found !== undefined) return found;
    const names = manifests.flatMap((one) =>
      one.platform === undefined ? [] : [formatPlatform(toPlatform(one.platform))],
    );
    const has = names.filter((one) => one !== "unknown/unknown").join(", ") || "none that is named";
    throw refuse(
      "IMAGE_PLATFORM_MISSING",
      `cannot use ${name}: it has no image for ${formatPlatform(platform)}, only for ${has}`,
      "copy one of these with --platform",
    );
  };
}
