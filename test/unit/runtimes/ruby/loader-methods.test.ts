import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-ruby.ts";

const loading = `
//- /var/lib/gems/3.3.0/specifications/kit-1.0.gemspec
# stub: kit 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit.rb
module Kit
  alias orig_require require
  def self.extension(*names) = names.each { |name| orig_require("kit/extensions/#{name}") }
  def self.requires(*requires)
    @requires = requires
  end
  def self.setup = requires.each { |r| require r }
  def self.optional(feature, hint)
    require feature
  rescue LoadError
    warn hint
  end
  ENGINE = "kit/engines/#{name}"
  Gem::Specification.each { |spec| spec.activate if spec.name.start_with?("kit-") }
  $LOAD_PATH.each { |directory| Dir["#{directory}/kit/tasks/*.rb"].each { |file| load file } }
end
//- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/extensions/a.rb
//- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/engines/fast.rb
//- /var/lib/gems/3.3.0/specifications/kit-more-1.0.gemspec
# stub: kit-more 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/kit-more-1.0/lib/kit/more.rb
//- /var/lib/gems/3.3.0/specifications/marked-1.0.gemspec
# stub: marked 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/marked-1.0/lib/marked.rb
//- /var/lib/gems/3.3.0/specifications/slow-1.0.gemspec
# stub: slow 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/slow-1.0/lib/slow.rb
//- /var/lib/gems/3.3.0/gems/slow-1.0/lib/kit/tasks/clean.rb
//- /var/lib/gems/3.3.0/specifications/ruled-1.0.gemspec
# stub: ruled 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/ruled-1.0/lib/ruled.rb
//- /app/app.rb
require "kit"
require_relative "optional"
Optional.require_all!(
  %w(absent word)
)
Kit.optional "slow", "install it"
class Filter < Kit::Filter
  requires 'marked', 'not/there'
end
//- /app/optional.rb
module Optional
  def self.require_all!(names)
    names.each do |name|
      begin
        require name
      rescue LoadError
      end
    end
  end
end
//- /var/lib/gems/3.3.0/specifications/word-1.0.gemspec
# stub: word 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/word-1.0/lib/word.rb
//- /app/site/Rules
filter(:x) { require "ruled" }
`;

it("follows names that methods load which are given them, aliases, plug-ins by name and rules, at both levels", async () => {
  for (const prune of ["reachable", "safe"] as const) {
    const traced = await trace(loading, { prune, appRoot: toAbsPath("/app") });
    for (const path of [
      "kit-1.0/lib/kit/extensions/a.rb",
      "kit-1.0/lib/kit/engines/fast.rb",
      "kit-more-1.0/lib/kit/more.rb",
      "marked-1.0/lib/marked.rb",
      "slow-1.0/lib/slow.rb",
      "slow-1.0/lib/kit/tasks/clean.rb",
      "ruled-1.0/lib/ruled.rb",
      "word-1.0/lib/word.rb",
    ])
      expect(traced).toContain(`/var/lib/gems/3.3.0/gems/${path}`);
  }
});
