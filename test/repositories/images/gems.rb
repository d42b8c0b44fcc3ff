# Turns Debian's gems into an index that Bundler installs from without a network.
#
# Usage: gems.rb OUTPUT   (in a Debian root with the gems)

require "fileutils"
require "rubygems/package"
require "tmpdir"
require "zlib"

output = File.expand_path(ARGV.fetch(0))
FileUtils.mkdir_p(["#{output}/gems", "#{output}/quick/Marshal.4.8"])

# Older packages of Debian put the files of a gem beside Ruby's own, without a directory of the gem's.
def copy_vendored(original, spec)
  package = `dpkg -S #{original.loaded_from}`[/^([^:]+):/, 1]
  return false if package.nil?

  found = `dpkg -L #{package}`.split("\n").filter_map do |path|
    below = path[%r{/vendor_ruby/(?:\d[\d.]*/)?(.+)}, 1]
    [path, "lib/#{below}"] if below && File.file?(path)
  end
  found.each do |path, target|
    FileUtils.mkdir_p(File.dirname(target))
    FileUtils.cp(path, target)
  end
  if found.any? { |path, _| path.end_with?(".so") }
    spec.platform = Gem::Platform.local
    spec.extensions = []
  end
  found.any?
end

# Debian's packages are told by their gem's directory; gems of Ruby itself are there anyway.
def pack(original)
  spec = original.dup
  Dir.chdir(Dir.mktmpdir) do
    if File.directory?(original.full_gem_path)
      FileUtils.cp_r("#{original.full_gem_path}/.", ".")
    elsif !copy_vendored(original, spec)
      return
    end
    if original.extensions.any? && File.directory?(original.extension_dir)
      # Compiled parts are in it already, as in gems for one platform.
      FileUtils.mkdir_p("lib")
      FileUtils.cp_r("#{original.extension_dir}/.", "lib")
      spec.platform = Gem::Platform.local
      spec.extensions = []
    end
    FileUtils.mkdir_p(spec.bindir) if spec.executables.any?
    spec.executables = spec.executables.select do |name|
      program = "#{spec.bindir}/#{name}"
      FileUtils.cp("/usr/bin/#{name}", program) if !File.exist?(program) && File.exist?("/usr/bin/#{name}")
      File.exist?(program)
    end
    spec.files = Dir.glob("**/*", File::FNM_DOTMATCH).select { |path| File.file?(path) && File.readable?(path) }
    spec.test_files = []
    spec.extra_rdoc_files = []
    spec.signing_key = nil
    spec.cert_chain = []
    file = Gem::Package.build(spec, true, false, "#{spec.full_name}.gem")
    [spec, File.expand_path(file)]
  end
end

found = Gem::Specification.reject(&:default_gem?).filter_map do |one|
  Gem::DefaultUserInteraction.use_ui(Gem::SilentUI.new) { pack(one) }
end

found.each { |_, file| FileUtils.mv(file, "#{output}/gems/") }
specs = Dir.glob("#{output}/gems/*.gem").sort.map { |file| Gem::Package.new(file).spec }
specs.each do |spec|
  File.binwrite("#{output}/quick/Marshal.4.8/#{spec.full_name}.gemspec.rz", Zlib.deflate(Marshal.dump(spec)))
end
rows = specs.map { |spec| [spec.name, spec.version, spec.platform.to_s] }
{ "specs" => rows, "latest_specs" => rows, "prerelease_specs" => [] }.each do |name, list|
  Zlib::GzipWriter.open("#{output}/#{name}.4.8.gz") { |gz| gz.write(Marshal.dump(list)) }
end
