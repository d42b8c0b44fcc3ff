import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { rootCertificates } from "node:tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { RegistrySettings } from "../../../../src/adapters/registry/connect.ts";
import { BuildError } from "../../../../src/diagnostics/diagnostic.ts";
import {
  certificate,
  certificateKey,
  expiredCertificate,
  otherHostCertificate,
} from "../../../support/registry/certificate.ts";
import { openTestRepository, testRegistries } from "../../../support/registry/drive-pith.ts";
import {
  type MemoryRegistry,
  type RegistryOptions,
  startMemoryRegistry,
} from "../../../support/registry/memory-registry.ts";
import { storeImage, testImage } from "../../../support/registry/test-image.ts";

const image = testImage();
let folder = "";
let registry: MemoryRegistry | undefined;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-tls-"));
});
afterEach(async () => {
  await registry?.close();
  registry = undefined;
  fs.rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, content: string): string => {
  const location = path.join(folder, name);
  fs.mkdirSync(path.dirname(location), { recursive: true });
  fs.writeFileSync(location, content);
  return location;
};

/** Asks a registry with a certificate for its tag `1`: the digest, or the finding with its hint. */
async function ask(
  tls: NonNullable<RegistryOptions["tls"]>,
  settingsFor: (host: string) => Partial<RegistrySettings>,
): Promise<string> {
  registry = await startMemoryRegistry({ tls });
  storeImage(registry, image, "1");
  const registries = testRegistries(settingsFor(registry.host));
  try {
    const { target } = await openTestRepository(registries, `${registry.host}/app:1`);
    return (await target.resolve("1"))?.digest ?? "no such tag";
  } catch (failure) {
    if (!(failure instanceof BuildError)) throw failure;
    const [found] = failure.diagnostics;
    return [`${found?.code ?? ""}: ${found?.message ?? ""}`, found?.hint].join("\n").replaceAll(registry.host, "HOST");
  } finally {
    await registries.close();
  }
}

const asked = () => registry?.seen.length;
const own = { cert: certificate, key: certificateKey };

it.each([
  ["that has expired", { ...own, cert: expiredCertificate }, expiredCertificate, "certificate has expired\n"],
  ["of another host", { ...own, cert: otherHostCertificate }, otherHostCertificate, "Hostname/IP does not match"],
  ["that nobody trusts", own, otherHostCertificate, "self-signed certificate\n"],
])("asks nothing of a registry with a certificate %s", async (_, tls, authority, why) => {
  const said = await ask(tls, () => ({ authorityFile: file("ca.pem", authority) }));
  expect(said).toContain(`REGISTRY_TLS: cannot read the manifest 1 of HOST/app: ${why}`);
  expect(said).toContain("\ngive the authority that signed its certificate with --ca-file");
  expect(asked()).toBe(0);
});

it("trusts the authorities of the registry's folder, and of SSL_CERT_FILE beside them", async () => {
  const trusting = (host: string) => {
    file(`certs.d/${host}/ca.crt`, certificate);
    return { certificateFolders: [path.join(folder, "certs.d")] };
  };
  expect(await ask(own, trusting)).toBe(image.digest);
  await registry?.close();
  const settings = (host: string) => {
    file(`other.d/${host}/ca.crt`, rootCertificates[0] ?? "");
    return {
      certificateFolders: [path.join(folder, "other.d")],
      env: { SSL_CERT_FILE: file("everywhere.pem", certificate) },
    };
  };
  expect(await ask(own, settings)).toBe(image.digest);
});

it("shows the certificate of the registry's folder, without which it is not let in", async () => {
  const guarded = { ...own, ca: certificate };
  const withCertificate = (host: string) => {
    file(`certs.d/${host}/ca.crt`, certificate);
    file(`certs.d/${host}/client.cert`, certificate);
    file(`certs.d/${host}/client.key`, certificateKey);
    return { certificateFolders: [path.join(folder, "certs.d")] };
  };
  expect(await ask(guarded, withCertificate)).toBe(image.digest);
  await registry?.close();
  const without = await ask(guarded, () => ({ authorityFile: file("ca.pem", certificate) }));
  expect(without).toMatch(/^REGISTRY_(?:TLS|UNAVAILABLE): /u);
  expect(asked()).toBe(0);
});

it("tells of a file of authorities that cannot be read", async () => {
  const said = await ask(own, () => ({ authorityFile: path.join(folder, "missing.pem") }));
  expect(said).toMatch(/^REGISTRY_TLS: cannot read the certificates of .*missing\.pem: ENOENT/u);
});
