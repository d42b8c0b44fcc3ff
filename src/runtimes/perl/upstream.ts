import type { UpstreamBuild } from "../../languages/upstream.ts";

/** Perl as it is built from its sources, with the modules that are part of it. */
export const upstreamPerl: UpstreamBuild = {
  name: "perl",
  cpe: "perl:perl",
  license: "Artistic-1.0-Perl OR GPL-1.0-or-later",
  supplier: "The Perl Foundation",
  marker: /^(.*)\/lib\/perl5\/(5\.\d+\.\d+)\/(?:([\w.-]+)\/)?Config\.pm$/u,
  versions: [{ file: "lib/perl5/$1/$2/Config.pm", text: /\bversion => '(5\.\d+\.\d+)'/u }],
  files: /^(?:bin\/perl[\d.]*|lib\/perl5\/5\.\d+\.\d+\/.*)$/u,
};
