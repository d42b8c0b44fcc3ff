import { expect, test } from "vitest";
import { formatPlatform, parsePlatform } from "../../../src/plan/platforms.ts";

test.for([
  ["linux/amd64", "linux/amd64"],
  ["linux/x86_64", "linux/amd64"],
  ["linux/amd64/v1", "linux/amd64"],
  ["linux/amd64/v3", "linux/amd64/v3"],
  ["linux/aarch64", "linux/arm64"],
  ["linux/arm64/v8", "linux/arm64"],
  ["linux/arm", "linux/arm/v7"],
  ["linux/armel", "linux/arm/v6"],
  ["LINUX/AMD64", "linux/amd64"],
])("%s is %s", ([text, expected]) => {
  const platform = parsePlatform(text ?? "");
  expect(platform === undefined ? undefined : formatPlatform(platform)).toBe(expected);
});

test.for(["", "linux", "linux/", "linux/amd64/v1/x", "linux/am d64", "linux//v1"])("%j is no platform", (text) => {
  expect(parsePlatform(text)).toBeUndefined();
});
