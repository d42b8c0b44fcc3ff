import { expect, test } from "vitest";
import { compilerCommand } from "../../../../scripts/release/native-tools.ts";

test("tools are compiled against musl, for each machine", () => {
  const command = compilerCommand("arm64", { sources: ["/src/begin/main.c"], target: "/src/out/begin" });
  expect(command.join(" ")).toBe(
    "/usr/bin/aarch64-linux-gnu-gcc -specs /usr/lib/aarch64-linux-musl/musl-gcc.specs -static -Os -s -idirafter /usr/include -idirafter /usr/include/aarch64-linux-gnu -o /src/out/begin /src/begin/main.c",
  );
});
