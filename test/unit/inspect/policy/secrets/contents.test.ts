import { expect, it } from "vitest";
import { findForms, secretForms } from "../../../../../src/inspect/policy/secrets/contents.ts";

/** Made of parts, so that no tool takes this file for a leak. */
const token = (prefix: string, length: number) =>
  prefix + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fR".repeat(4).slice(0, length);

const key = (label: string) =>
  [`-----BEGIN ${label}-----`, token("", 64), token("", 64), token("", 20), `-----END ${label}-----`].join("\n");

it.each([
  ["a private key", key("EC PRIVATE KEY")],
  ["a private key", key("ENCRYPTED PRIVATE KEY")],
  ["a private key", key("RSA PRIVATE KEY").replace("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n")],
  ["a PuTTY private key", "PuTTY-User-Key-File-3: ssh-ed25519"],
  ["an AWS access key with its secret", `aws_secret_access_key = ${token("", 40)}\n`],
  ["an AWS access key with its secret", `key: AKIAABCDEFGHIJKLMNOP\nsecret: "${token("", 40)}"`],
  ["a GitHub token", token("ghs_", 36)],
  ["a GitHub token", `${token("github_pat_", 22)}_${token("", 59)}`],
  ["a GitLab token", token("glpat-", 20)],
  ["an npm token", token("npm_", 36)],
  ["a PyPI token", token("pypi-AgE", 60)],
  ["a Slack webhook", `https://hooks.slack.com/services/T${token("", 9)}/B${token("", 9)}/${token("", 24)}`],
  ["a Stripe key", token("sk_live_", 24)],
  ["an Azure storage key", `AccountKey=${token("", 86)}==;`],
  ["a Docker token", token("dckr_pat_", 27)],
  ["an OpenAI key", token("sk-proj-", 60)],
  ["an Anthropic key", token("sk-ant-", 60)],
  ["a DigitalOcean token", `dop_v1_${"0123456789abcdef".repeat(4)}`],
  ["an age key", `AGE-SECRET-KEY-1${"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".repeat(2).slice(0, 58)}`],
])("knows %s", (title, text) => {
  expect(findForms(`first\n${text}\n`)).toEqual([{ title, line: 2 }]);
});

it.each([
  "AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n",
  "-----BEGIN PRIVATE KEY-----\n...\n",
  `ghp_${"x".repeat(36)}`,
  "https://user@host/path",
  "password: changeme",
])("takes no example, public key or word for a secret: %s", (text) => {
  expect(findForms(text)).toEqual([]);
});

it("has hints that every form needs", () => {
  expect(secretForms.flatMap(({ hints }) => hints).filter((hint) => hint.length < 4)).toEqual([]);
});
