import type { UpstreamBuild } from "../../languages/upstream.ts";

/** A Java runtime: `release` stands at the top of each, also of those that jlink makes. */
export const upstreamJava: UpstreamBuild = {
  name: "openjdk",
  cpe: "oracle:openjdk",
  license: "GPL-2.0-only WITH Classpath-exception-2.0",
  supplier: "OpenJDK",
  marker: /^(.*)\/lib\/modules$/u,
  versions: [
    { file: "release", text: /^JAVA_RUNTIME_VERSION="([^"\s]+)"/mu },
    { file: "release", text: /^JAVA_VERSION="([^"\s]+)"/mu },
  ],
  files: /./u,
};
