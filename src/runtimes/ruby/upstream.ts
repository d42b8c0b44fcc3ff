import type { UpstreamBuild } from "../../languages/upstream.ts";

/** Ruby as it is built from its sources, with its standard library and without gems. */
export const upstreamRuby: UpstreamBuild = {
  name: "ruby",
  cpe: "ruby-lang:ruby",
  license: "Ruby OR BSD-2-Clause",
  supplier: "Ruby",
  marker: /^(.*)\/lib\/ruby\/(\d+\.\d+\.\d+)\/([\w.-]+)\/rbconfig\.rb$/u,
  versions: [{ file: "lib/ruby/$1/$2/rbconfig.rb", text: /CONFIG\["RUBY_PROGRAM_VERSION"\] = "([^"\s]+)"/u }],
  files: /^(?:bin\/ruby|lib\/libruby[\w.-]*|lib\/ruby\/\d[\w.]*\/.*)$/u,
};
