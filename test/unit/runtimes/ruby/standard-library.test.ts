import { expect, it } from "vitest";
import { trace } from "./trace-ruby.ts";

it("ships the library of any version that a pattern finds", async () => {
  const files = await trace(`
    //- /usr/lib/libc.so.6 elf=x86_64
    //- /usr/lib/libsound.so.5 elf=x86_64
    //- /app/app.rb
    ffi_lib Dir["/{opt,usr}/{lib,lib/*}/libsound.{*.dylib,so.*}"] + %w[libsound.so.1]
  `);
  expect(files).toContain("/usr/lib/libsound.so.5");
});

it("takes all encodings at level reachable where the run tells which", async () => {
  const level = { stdlib: "reachable", prune: "reachable" } as const;
  const rare = "/usr/lib/arch/ruby/3.3.0/enc/euc_jp.so";
  for (const code of ['"x".encode(row["from"])', "Encoding.find(name)", 'File.open(path, "r:#{name}")'])
    expect(await trace(`//- /app/app.rb\n${code}\n`, level), code).toContain(rare);
  for (const code of ['"x".encode(Encoding::UTF_8)', "Base64.encode(text)", "text.encode(invalid: :replace)"])
    expect(await trace(`//- /app/app.rb\n${code}\n`, level), code).not.toContain(rare);
});
