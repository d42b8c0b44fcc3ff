/**
 * What to write for an option of `docker build` and `docker run` that Pith has under another name, or does not need.
 */
const options: Readonly<Record<string, string>> = {
  "--build-context": "write --source NAME=TREE",
  "--cache-from": "leave it out: nothing is cached without an engine",
  "--cache-to": "leave it out: nothing is cached without an engine",
  "--cap-add": "use docker run with the image: pith run gives a program that is not root no capability",
  "--detach": "leave it out, or use docker run -d with the image: pith run shows the output until Ctrl-C",
  "--env-file": "write each variable with -e NAME=VALUE",
  "--interactive": "leave it out: pith run passes its input on where that is not a terminal",
  "--load": "leave it out: without -o the image is loaded",
  "--mount": "write --volume FROM:TO",
  "--name": "leave it out, or use docker run with the image: the container has a name of its own",
  "--network": "leave it out, or use docker run with the image",
  "--no-cache": "leave it out: nothing is cached without an engine",
  "--port": "write -p 8080:8000",
  "--progress": "write -v for more, and -q for less",
  "--pull": "leave it out: images of a registry are always looked up there",
  "--push": "write -o localhost:5000/app:1",
  "--restart": "leave it out, or use docker run with the image",
  "--rm": "leave it out: nothing of the container stays",
  "--secret": "use docker build: secrets are for steps, which take an engine",
  "--ssh": "use docker build: the agent is for steps, which take an engine",
  "--tty": "leave it out: pith run shows the output as it comes",
  "-P": "leave it out: exposed ports are published",
  "-d": "leave it out, or use docker run -d with the image: pith run shows the output until Ctrl-C",
  "-i": "leave it out: pith run passes its input on where that is not a terminal",
};

/** The hint for an option of Docker that a command does not have; undefined where the word is no such option. */
export function dockerOptionHint(word: string): string | undefined {
  return Object.hasOwn(options, word) ? options[word] : undefined;
}

/** What to call for a command of Docker, or of another builder. */
const commands: Readonly<Record<string, string>> = {
  check: "write pith lint",
  compose: "use docker compose, with build: {dockerfile: pith.yaml}",
  create: "write pith init",
  exec: "use docker exec, or an image with tools: docker build --target debug",
  export: "write pith save-rootfs IMAGE DIR",
  history: "write pith inspect IMAGE",
  images: "use docker images, or pith inspect IMAGE",
  load: "write pith build -t app:1: without -o it loads the image",
  login: "use docker login: Pith reads its logins",
  logs: "use docker logs; pith run shows the output",
  new: "write pith init",
  ps: "use docker ps; pith run shows the output until Ctrl-C",
  pull: "write pith copy registry:NAME oci-archive:FILE",
  rmi: "use docker rmi",
  save: "write pith copy docker-daemon:NAME oci-archive:FILE",
  scan: "write pith audit IMAGE",
  start: "write pith run",
  stop: "press Ctrl-C where pith run runs",
  tag: "write pith copy SOURCE TARGET, or -t NAME at the build",
  up: "write pith run, or pith watch",
  validate: "write pith lint",
};

/** The hint for a command that Pith has under another name, or that Docker keeps; undefined for other words. */
export function dockerCommandHint(word: string): string | undefined {
  return Object.hasOwn(commands, word) ? commands[word] : undefined;
}
