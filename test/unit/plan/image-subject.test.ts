import { expect, test } from "vitest";
import { imageSubject, parseImageSubject } from "../../../src/plan/image-subject.ts";

const image = (labels: Readonly<Record<string, string>>) => ({
  image: { annotations: {}, labels },
});

test("an image says when it was made, where its time is one", () => {
  const key = "org.opencontainers.image.created";
  const subject = imageSubject(image({ [key]: "2026-09-01T00:00:00Z" }), {});
  expect(subject).toEqual({ createdSeconds: 1788220800 });
  expect(parseImageSubject(JSON.stringify(subject))).toEqual(subject);
  expect(imageSubject(image({ [key]: "yesterday" }), {})).toEqual({});
});
