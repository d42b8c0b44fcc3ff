import { expect, test } from "vitest";
import {
  sourceGit,
  sourceHttp,
  sourceImage,
  sourceLocal,
  sourceOciLayout,
} from "../../../../../src/formats/llb/ops/source.ts";
import type { Output } from "../../../../../src/formats/llb/state.ts";

const platform = { os: "linux", architecture: "amd64" };

test("sources by identifier and attributes", () => {
  const name = "source";
  const sources = [
    sourceImage("debian", { name, platform, resolveMode: "pull" }),
    sourceLocal("context", {
      name,
      sessionId: "session",
      includePatterns: ["a"],
      excludePatterns: [],
      followPaths: ["b", "c"],
      sharedKeyHint: "hint",
      differ: "none",
    }),
    sourceGit("https://example.org/a/b.git", { name, ref: "main", subdir: "src", keepGitDir: true }),
    sourceGit("git@example.org:a/b.git", { name, sshSocket: "default" }),
    sourceGit("ssh://git@example.org:2222/b.git", { name, ref: "v1" }),
    sourceHttp("https://example.org/x.tar", {
      name,
      checksum: "sha256:0000000000000000000000000000000000000000000000000000000000000000",
      filename: "x",
      mode: 0o644,
    }),
    sourceHttp("http://example.org/x", { name, owner: { uid: 1, gid: 0 } }),
    sourceOciLayout("store@sha256:0000000000000000000000000000000000000000000000000000000000000000", {
      name,
      platform,
      sessionId: "session",
      storeId: "store",
    }),
  ];
  expect(sources.map(describe)).toMatchInlineSnapshot(`
    [
      {
        "capabilities": [
          "source.image",
          "source.image.resolvemode",
        ],
        "op": {
          "attributes": {
            "image.resolvemode": "pull",
          },
          "identifier": "docker-image://docker.io/library/debian:latest",
          "kind": "source",
        },
        "platform": {
          "architecture": "amd64",
          "os": "linux",
        },
      },
      {
        "capabilities": [
          "source.local",
          "source.local.sessionid",
          "source.local.includepatterns",
          "source.local.followpaths",
          "source.local.sharedkeyhint",
          "source.local.differ",
        ],
        "op": {
          "attributes": {
            "local.differ": "none",
            "local.followpaths": "["b","c"]",
            "local.includepattern": "["a"]",
            "local.session": "session",
            "local.sharedkeyhint": "hint",
          },
          "identifier": "local://context",
          "kind": "source",
        },
        "platform": undefined,
      },
      {
        "capabilities": [
          "source.git",
          "source.git.fullurl",
          "source.git.keepgitdir",
          "source.git.httpauth",
        ],
        "op": {
          "attributes": {
            "git.authheadersecret": "GIT_AUTH_HEADER",
            "git.authtokensecret": "GIT_AUTH_TOKEN",
            "git.fullurl": "https://example.org/a/b.git",
            "git.keepgitdir": "true",
          },
          "identifier": "git://example.org/a/b.git#main:src",
          "kind": "source",
        },
        "platform": undefined,
      },
      {
        "capabilities": [
          "source.git",
          "source.git.fullurl",
          "source.git.httpauth",
          "source.git.mountsshsock",
        ],
        "op": {
          "attributes": {
            "git.authheadersecret": "GIT_AUTH_HEADER",
            "git.authtokensecret": "GIT_AUTH_TOKEN",
            "git.fullurl": "git@example.org:a/b.git",
            "git.mountsshsock": "default",
          },
          "identifier": "git://example.org/a/b.git",
          "kind": "source",
        },
        "platform": undefined,
      },
      {
        "capabilities": [
          "source.git",
          "source.git.fullurl",
          "source.git.httpauth",
        ],
        "op": {
          "attributes": {
            "git.authheadersecret": "GIT_AUTH_HEADER",
            "git.authtokensecret": "GIT_AUTH_TOKEN",
            "git.fullurl": "ssh://git@example.org:2222/b.git",
          },
          "identifier": "git://example.org:2222/b.git#v1",
          "kind": "source",
        },
        "platform": undefined,
      },
      {
        "capabilities": [
          "source.http",
          "source.http.checksum",
          "source.http.perm",
        ],
        "op": {
          "attributes": {
            "http.checksum": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
            "http.filename": "x",
            "http.perm": "0644",
          },
          "identifier": "https://example.org/x.tar",
          "kind": "source",
        },
        "platform": undefined,
      },
      {
        "capabilities": [
          "source.http",
          "soruce.http.uidgid",
        ],
        "op": {
          "attributes": {
            "http.gid": "0",
            "http.uid": "1",
          },
          "identifier": "http://example.org/x",
          "kind": "source",
        },
        "platform": undefined,
      },
      {
        "capabilities": [
          "source.ocilayout",
        ],
        "op": {
          "attributes": {
            "oci.session": "session",
            "oci.store": "store",
          },
          "identifier": "oci-layout://docker.io/library/store@sha256:0000000000000000000000000000000000000000000000000000000000000000",
          "kind": "source",
        },
        "platform": {
          "architecture": "amd64",
          "os": "linux",
        },
      },
    ]
  `);
});

function describe({ vertex }: Output): unknown {
  return { op: vertex.op, capabilities: vertex.capabilities, platform: vertex.platform };
}
