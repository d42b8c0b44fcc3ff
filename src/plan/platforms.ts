import type { Platform } from "../formats/oci/platform.ts";

const architectureAliases: Readonly<Record<string, { readonly architecture: string; readonly variant?: string }>> = {
  x86_64: { architecture: "amd64" },
  "x86-64": { architecture: "amd64" },
  aarch64: { architecture: "arm64" },
  armhf: { architecture: "arm", variant: "v7" },
  armel: { architecture: "arm", variant: "v6" },
  i386: { architecture: "386" },
  i686: { architecture: "386" },
};

/** The platform with the aliases of its architecture resolved and redundant variants dropped, as containerd does. */
export function normalisePlatform(platform: Platform): Platform {
  const alias = architectureAliases[platform.architecture.toLowerCase()];
  const architecture = alias?.architecture ?? platform.architecture.toLowerCase();
  const variant = platform.variant ?? alias?.variant;
  const redundant =
    variant === undefined ||
    variant === "" ||
    (architecture === "arm64" && (variant === "8" || variant === "v8")) ||
    (architecture === "amd64" && variant === "v1");
  const os = platform.os.toLowerCase();
  if (architecture === "arm" && redundant) return { os, architecture, variant: "v7" };
  return redundant ? { os, architecture } : { os, architecture, variant };
}

/** Parses `os/architecture[/variant]`; undefined when the text is not of that form. */
export function parsePlatform(text: string): Platform | undefined {
  const [os, architecture, variant, ...rest] = text.split("/");
  if (os === undefined || architecture === undefined || rest.length > 0) return undefined;
  if (![os, architecture, variant ?? "v1"].every((part) => /^[A-Za-z0-9_.-]+$/u.test(part))) return undefined;
  return normalisePlatform(variant === undefined ? { os, architecture } : { os, architecture, variant });
}

/** The form that BuildKit uses as a key: `linux/amd64`, `linux/arm/v7`. */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, ...(platform.variant === undefined ? [] : [platform.variant])].join("/");
}
