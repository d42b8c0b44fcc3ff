import type { Plugin } from "esbuild";
import { serviceName } from "../../src/adapters/buildkit/client.ts";
import gatewayJson from "../../src/adapters/buildkit/gateway.gen.json" with { type: "json" };
import { precompileProtos } from "./precompiled-protos.ts";

/* The parts of dependencies that bundles leave out. Code that imports more of these fails to bundle, or to start. */

/** zod carries its messages in fifty languages, which is half of its weight; ours are in one. */
export const withoutLocales: Plugin = {
  name: "without-locales",
  setup(bundling) {
    bundling.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "export {};" }));
  },
};

/**
 * undici carries a browser's world; what asks registries is a quarter of it. Bundled code that imports more of it fails
 * to bundle.
 */
export const dispatchersOnly: Plugin = {
  name: "dispatchers-only",
  setup(bundling) {
    bundling.onLoad({ filter: /[\\/]undici[\\/]index\.js$/ }, () => ({
      contents: `
const Dispatcher = require("./lib/dispatcher/dispatcher");
Object.assign(Dispatcher.prototype, require("./lib/api"));
exports.Agent = require("./lib/dispatcher/agent");
exports.EnvHttpProxyAgent = require("./lib/dispatcher/env-http-proxy-agent");
`,
    }));
  },
};

/**
 * The frontend calls one server over one socket: no names are looked up for it, no load is balanced, and nothing is
 * served.
 */
export const clientOnly: Plugin = {
  name: "client-only",
  setup(bundling) {
    bundling.onLoad({ filter: /[\\/]@grpc[\\/]grpc-js[\\/]build[\\/]src[\\/]index\.js$/ }, () => ({
      contents: `
// Its modules need each other, and come up in this order only.
require("./channel");
const { ChannelCredentials } = require("./channel-credentials");
require("./resolver-uds").setup();
require("./load-balancer-pick-first").setup();
exports.Client = require("./client").Client;
exports.credentials = { createInsecure: ChannelCredentials.createInsecure };
`,
    }));
  },
};

/** Reads and writes the gateway's messages without making the functions for it first: `precompileProtos`. */
export const precompiledProtos: Plugin = {
  name: "precompiled-protos",
  setup(bundling) {
    bundling.onLoad({ filter: /[\\/]@grpc[\\/]proto-loader[\\/]build[\\/]src[\\/]index\.js$/ }, () => ({
      contents: precompileProtos(gatewayJson, serviceName),
    }));
  },
};
