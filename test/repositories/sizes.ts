import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { captureDocker } from "../../scripts/lib/docker.ts";
import { say } from "../../scripts/lib/project.ts";
import type { Repository } from "./list.ts";
import { makeRepository } from "./make.ts";
import { askImage, imageBytes, tryRepository } from "./trial.ts";

/** A base that another builder starts from, of Debian's packages. */
const baseSchema = z.union([
  z.strictObject({ unpacked: z.array(z.string()) }),
  z.strictObject({ installed: z.array(z.string()) }),
]);

const sizesSchema = z.strictObject({
  bases: z.record(z.string(), baseSchema),
  applications: z.record(z.string(), z.record(z.string(), z.string())),
});

type Base = z.infer<typeof baseSchema>;

/** An image of an application; `problem` is why it has no size. */
export interface Sized {
  readonly application: string;
  /** `Pith`, or the builder that it stands for: `like ko`. */
  readonly way: string;
  readonly bytes: number | undefined;
  readonly problem: string | undefined;
}

const bases = "pith-sizes-base";

/** Builds applications by Pith with no line of a spec, and as others would; each image has to answer. */
export async function measureSizes(
  known: readonly Repository[],
  {
    folder,
    frontend,
    names,
  }: { readonly folder: string; readonly frontend: string; readonly names: readonly string[] },
): Promise<readonly Sized[]> {
  const list = sizesSchema.parse(parse(readFileSync(join(import.meta.dirname, "sizes.yaml"), "utf8")));
  const chosen = Object.entries(list.applications).filter(([name]) => names.length === 0 || names.includes(name));
  const wanted = chosen.flatMap(([, ways]) => Object.values(ways)).join("\n");
  for (const [name, base] of Object.entries(list.bases)) {
    if (!wanted.includes(`BASE/${name}\n`)) continue;
    const built = await build(dockerfileOf(base), { tag: `${bases}/${name}`, context: folder });
    if (built !== undefined) throw new Error(`cannot make the base ${name}: ${built}`);
  }
  const sized: Sized[] = [];
  for (const [application, ways] of chosen) {
    const repository = known.find(({ name }) => name === application);
    if (repository === undefined) throw new Error(`no list has ${application}`);
    const unmade = await makeRepository(repository, folder);
    if (unmade !== undefined) throw new Error(`cannot make ${application}: ${unmade}`);
    const { reached, bytes, said } = await tryRepository(repository, { folder, frontend });
    sized.push({ application, way: "Pith", bytes, problem: reached === "answered" ? undefined : said });
    for (const [way, dockerfile] of Object.entries(ways)) {
      sized.push({ application, way, ...(await sizeOf(repository, { dockerfile, folder })) });
    }
    for (const one of sized.slice(-1 - Object.keys(ways).length)) say(lineOf(one));
  }
  return sized;
}

async function sizeOf(
  repository: Repository,
  { dockerfile, folder }: { readonly dockerfile: string; readonly folder: string },
): Promise<Pick<Sized, "bytes" | "problem">> {
  const tag = `pith-sizes/${repository.name}`;
  const text = dockerfile.replaceAll("FROM BASE/", `FROM ${bases}/`);
  const failed = await build(text, { tag, context: join(folder, repository.name) });
  if (failed !== undefined) return { bytes: undefined, problem: failed };
  try {
    return { bytes: await imageBytes(tag), problem: await askImage(repository, tag) };
  } finally {
    await captureDocker(["rm", "--force", "--volumes", `trial-${repository.name}`]);
    await captureDocker(["rmi", "--force", tag]);
  }
}

/** Returns the end of what was said where it fails. */
async function build(
  dockerfile: string,
  { tag, context }: { readonly tag: string; readonly context: string },
): Promise<string | undefined> {
  const args = ["build", "--progress=plain", "--network=host", "--tag", tag, "--file", "-", context];
  const { code, stderr } = await captureDocker(args, {
    input: dockerfile,
    env: { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" },
  });
  return code === 0 ? undefined : stderr.trim().split("\n").slice(-12).join("\n");
}

function dockerfileOf(base: Base): string {
  if ("installed" in base) {
    return `FROM debian:trixie-slim
RUN mkdir -p /usr/share/man/man1 && apt-get -qq update && \\
  apt-get -qq install --no-install-recommends ${base.installed.join(" ")} && \\
  apt-get clean && rm -rf /var/lib/apt/lists/*
`;
  }
  return `FROM debian:trixie-slim AS packages
WORKDIR /packages
RUN apt-get -qq update && apt-get -qq -o APT::Sandbox::User=root download ${base.unpacked.join(" ")}
RUN mkdir /base && for one in *.deb; do dpkg-deb -x "$one" /base; done
WORKDIR /base
RUN find usr/share/doc -type f ! -name copyright -delete && \\
  rm -rf usr/share/man usr/share/locale usr/share/lintian usr/share/bug usr/share/info && \\
  mkdir -p etc/ssl/certs tmp && cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/ && chmod 1777 tmp && \\
  printf 'root:x:0:0::/root:/sbin/nologin\\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\\n' >etc/passwd && \\
  printf 'root:x:0:\\nnonroot:x:65532:\\n' >etc/group
FROM scratch
COPY --from=packages /base/ /
`;
}

/** A row for each application, and a column for each way. */
export function sizesTable(sized: readonly Sized[]): readonly string[] {
  const ways = [...new Set(sized.map(({ way }) => way))];
  const applications = [...new Set(sized.map(({ application }) => application))];
  const rows = applications.map((application) => {
    const cells = ways.map((way) => {
      const one = sized.find((other) => other.application === application && other.way === way);
      return one === undefined ? "" : one.problem === undefined ? megabytes(one.bytes) : "fails";
    });
    return `| ${[application, ...cells].join(" | ")} |`;
  });
  return [`| ${["MB", ...ways].join(" | ")} |`, `| --- ${ways.map(() => "| --- ").join("")}|`, ...rows];
}

function lineOf({ application, way, bytes, problem }: Sized): string {
  return `${application}: ${way}: ${problem === undefined ? `${megabytes(bytes)} MB` : problem}`;
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "" : (bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0);
}
