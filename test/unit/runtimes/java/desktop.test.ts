import { expect, it } from "vitest";
import { writeZip } from "../../../support/write-zip.ts";
import { trace } from "./trace-java.ts";

it("leaves out at reachable what only desktops and debuggers load, unless the command speaks of it", async () => {
  const reachable = await trace({ stdlib: "reachable" }, true);
  expect(reachable).not.toMatch(/libawt|libjdwp/u);
  expect(await trace({ stdlib: "reachable", args: ["-Djava.awt.headless=true", "Main"] }, true)).toContain("libawt.so");
  const args = ["-agentlib:jdwp=transport=dt_socket", "Main"];
  expect(await trace({ stdlib: "reachable", args }, true)).toContain("libjdwp.so");
  const drawing = writeZip({ "a/Draws.class": "java/awt/image/BufferedImage" });
  const jars = { "/app/app.jar": drawing };
  expect(await trace({ stdlib: "reachable", args: ["-cp", "app.jar", "a.Draws"], jars }, true)).toContain("libawt.so");
});
