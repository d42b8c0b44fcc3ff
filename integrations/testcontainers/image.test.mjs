// npm install --save-dev testcontainers
// APPLICATION=path/to/app PORT=8080 node --test image.test.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GenericContainer, Wait } from "testcontainers";

const { APPLICATION = ".", SPEC = "pith.yaml", PORT = "8080", ANSWER = "" } = process.env;
let container;

before(async () => {
  const image = await GenericContainer.fromDockerfile(APPLICATION, SPEC).withBuildkit().build();
  container = await image
    .withExposedPorts(Number(PORT))
    // There is no shell in the image, so ask it as a client does.
    .withWaitStrategy(Wait.forHttp("/", Number(PORT)))
    .start();
});
after(async () => container?.stop());

test("the image answers", async () => {
  const answer = await fetch(`http://${container.getHost()}:${container.getMappedPort(Number(PORT))}/`);
  assert.equal(answer.status, 200);
  assert.ok((await answer.text()).includes(ANSWER));
});
