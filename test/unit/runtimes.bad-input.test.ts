import { expect, it } from "vitest";
import { loadingLanguages, ownFiles } from "../support/loading-languages.ts";

it.each(loadingLanguages)("%s: sources that load each other, and pipes where files should be", async (_, language) => {
  const { own, codes } = await ownFiles(language, { main: language.load("a"), a: language.load("main") });
  expect(own).toEqual([`/app/a${language.ending}`, `/app/main${language.ending}`]);
  expect(codes.filter((code) => code.startsWith("error"))).toEqual([]);
});

it.each(loadingLanguages)("%s: sources of bytes that are not text", async (_, language) => {
  const noise = `${"\u0000\uFFFD\u0001((((\"\"\"'''[[[".repeat(2000)}\n${language.load("lost")}`;
  const { own } = await ownFiles(language, { main: noise });
  expect(own).toEqual([`/app/main${language.ending}`]);
});
