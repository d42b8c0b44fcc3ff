import { expect, test } from "vitest";
import { parseBuildOptions } from "../../../src/plan/options.ts";

const worker = [{ os: "linux", architecture: "amd64" }];

function parse(options: Readonly<Record<string, string>>) {
  return parseBuildOptions(new Map(Object.entries(options)), worker);
}

test("a build with no options builds everything for the worker's platform", () => {
  expect(parse({})).toMatchInlineSnapshot(`
    {
      "diagnostics": [],
      "options": {
        "attestations": [],
        "buildArgs": {},
        "buildPlatform": {
          "architecture": "amd64",
          "os": "linux",
        },
        "cacheImports": [],
        "cacheMountNamespace": undefined,
        "certificates": undefined,
        "cgroupParent": undefined,
        "epochSeconds": undefined,
        "extraHosts": [],
        "hostname": undefined,
        "labels": {},
        "multiPlatform": false,
        "network": "default",
        "noCache": Set {},
        "platforms": [
          {
            "architecture": "amd64",
            "os": "linux",
          },
        ],
        "proxy": undefined,
        "resolveMode": "default",
        "shmSizeBytes": undefined,
        "specName": "Dockerfile",
        "startCheck": true,
        "subrequest": undefined,
        "target": undefined,
        "ulimits": [],
      },
    }
  `);
});

test("every option of docker build arrives", () => {
  expect(
    parse({
      filename: "pith.yaml",
      target: "debug",
      platform: "linux/arm64,linux/amd64,linux/arm64/v8",
      "build-arg:NAME": "a=b\nc",
      "build-arg:SOURCE_DATE_EPOCH": "1767225600",
      "build-arg:BUILDKIT_CACHE_MOUNT_NS": "ns",
      "build-arg:HTTPS_PROXY": "http://proxy.test:3128",
      "build-arg:CERTIFICATES": "company",
      "label:team": "a",
      "no-cache": "main,tools",
      "image-resolve-mode": "pull",
      "force-network-mode": "host",
      "add-hosts": "db=10.0.0.1,six=[::1]",
      ulimit: "nofile=10:20,core=0",
      "shm-size": "1048576",
      "cache-imports": '[{"Type":"registry","Attrs":{"ref":"localhost:5000/cache:1"}}]',
      hostname: "builder",
    }),
  ).toMatchInlineSnapshot(`
    {
      "diagnostics": [],
      "options": {
        "attestations": [],
        "buildArgs": {
          "NAME": "a=b
    c",
        },
        "buildPlatform": {
          "architecture": "amd64",
          "os": "linux",
        },
        "cacheImports": [
          {
            "attributes": {
              "ref": "localhost:5000/cache:1",
            },
            "type": "registry",
          },
        ],
        "cacheMountNamespace": "ns",
        "certificates": "company",
        "cgroupParent": undefined,
        "epochSeconds": 1767225600,
        "extraHosts": [
          {
            "host": "db",
            "ip": "10.0.0.1",
          },
          {
            "host": "six",
            "ip": "::1",
          },
        ],
        "hostname": "builder",
        "labels": {
          "team": "a",
        },
        "multiPlatform": false,
        "network": "host",
        "noCache": Set {
          "main",
          "tools",
        },
        "platforms": [
          {
            "architecture": "arm64",
            "os": "linux",
          },
          {
            "architecture": "amd64",
            "os": "linux",
          },
        ],
        "proxy": {
          "all": "",
          "ftp": "",
          "http": "",
          "https": "http://proxy.test:3128",
          "no": "",
        },
        "resolveMode": "pull",
        "shmSizeBytes": 1048576,
        "specName": "pith.yaml",
        "startCheck": true,
        "subrequest": undefined,
        "target": "debug",
        "ulimits": [
          {
            "hard": 20,
            "name": "nofile",
            "soft": 10,
          },
          {
            "hard": 0,
            "name": "core",
            "soft": 0,
          },
        ],
      },
    }
  `);
});

test("values that no build can honour are all refused", () => {
  const { diagnostics } = parse({
    platform: "windows/amd64",
    "build-arg:SOURCE_DATE_EPOCH": "-1",
    "force-network-mode": "bridge",
    "add-hosts": "nothing",
    ulimit: "nofile",
    "shm-size": "64m",
    "cache-imports": "{",
  });
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toMatchInlineSnapshot(`
    [
      "OPTION_INVALID: cannot use --platform "windows/amd64": it is not a Linux platform",
      "OPTION_INVALID: cannot use --network "bridge": there is no such mode",
      "OPTION_INVALID: cannot use --add-host "nothing": it names no address",
      "OPTION_INVALID: cannot use --ulimit "nofile": it is not of the form NAME=SOFT[:HARD]",
      "OPTION_INVALID: cannot use --shm-size "64m": it is not a number of bytes",
      "OPTION_INVALID: cannot use --cache-from "{": the client sent no list",
      "OPTION_INVALID: cannot use SOURCE_DATE_EPOCH "-1": it is not a whole number of seconds from 0 to 2147483647",
    ]
  `);
});

test("an empty no-cache is everything", () => {
  expect(parse({ "no-cache": "" }).options.noCache).toBe(true);
});
