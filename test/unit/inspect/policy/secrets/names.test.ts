import { describe, expect, it } from "vitest";
import { findNamed, nameOf } from "../../../../../src/inspect/policy/secrets/names.ts";

/** Made of parts, so that no tool takes this file for a leak. */
const password = ["k7", "Qz", "w9", "Lm"].join("");

const blob = "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fR".repeat(2);

describe("Kubernetes configurations", () => {
  it.each([
    ["/app/.kube/config", `users:\n- name: a\n  user:\n    token: ${password}\n`, 4],
    ["/app/.kube/config", `users: [{name: a, user: {token: ${password}}}]\n`, 1],
    ["/app/.kube/config", `{"users":[{"user":{"client-key-data":"${blob}"}}]}`, 1],
    ["/app/.kube/prod.yaml", `    password: "${password}"\n`, 1],
    ["/app/deploy/prod.kubeconfig", `    - token: ${password}\n`, 1],
    ["/app/kubeconfig-prod.json", `{ "token" : "${password}" }`, 1],
    ["/app/admin.conf", `      refresh-token: ${password}\n`, 1],
    ["/app/kubeconfig.yaml", `  auth-provider: {config: {id-token: ${password}}}\n`, 1],
  ])("%s with %j", (path, text, line) => {
    const name = nameOf(path);
    expect(name && findNamed(name, text)?.line).toBe(line);
  });

  it("are no secret without credentials", () => {
    const name = nameOf("/app/.kube/config");
    const text =
      "users:\n- name: a\n  user:\n    exec: {command: get-token}\n    tokenFile: /var/run/token\n    token: ${TOKEN}\n";
    expect(name && findNamed(name, text)).toBeUndefined();
  });
});
