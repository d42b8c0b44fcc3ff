import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A message of the DevTools protocol that no call asked for. */
export interface BrowserEvent {
  readonly method: string;
  readonly params: unknown;
}

/** A page in a real browser without a window, driven over the DevTools protocol. */
export interface BrowserPage {
  readonly events: readonly BrowserEvent[];
  /** Calls a method of the protocol and returns its result. */
  call(method: string, params?: object): Promise<unknown>;
  /** The JSON value of an expression, promises awaited. */
  evaluate(expression: string): Promise<unknown>;
  /** Presses a key: `Tab`, `Enter`, `ArrowRight`. */
  press(key: string): Promise<void>;
  close(): Promise<void>;
}

const startLimit = 60_000;

/** Opens Debian's Chromium on a page of the host. */
export async function openBrowser(url: string): Promise<BrowserPage> {
  const profile = mkdtempSync(join(tmpdir(), "pith-browser-"));
  const browser = spawn(
    "chromium",
    [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--remote-debugging-port=0",
      "--window-size=1280,1000",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    { stdio: "ignore" },
  );
  try {
    const socket = await connect(await pageSocket(join(profile, "DevToolsActivePort"), browser));
    const page = drive(socket, async () => {
      socket.close();
      await end(browser);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    });
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await page.call(`${domain}.enable`);
    const isLoaded = waitFor(page, "Page.loadEventFired");
    await page.call("Page.navigate", { url });
    await isLoaded;
    return page;
  } catch (failure) {
    await end(browser);
    throw failure;
  }
}

async function pageSocket(portFile: string, browser: ChildProcess): Promise<string> {
  const deadline = Date.now() + startLimit;
  while (Date.now() < deadline && browser.exitCode === null) {
    const port = existsSync(portFile) ? readFileSync(portFile, "utf8").split("\n")[0] : "";
    if (port !== undefined && port !== "") {
      const targets: unknown = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
      const page = Array.isArray(targets) ? targets.map(fieldsOf).find(({ type }) => type === "page") : undefined;
      if (typeof page?.["webSocketDebuggerUrl"] === "string") return page["webSocketDebuggerUrl"];
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("cannot open the page: chromium did not start");
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error("cannot open the page: chromium refuses")));
  });
  return socket;
}

function drive(socket: WebSocket, close: () => Promise<void>): BrowserPage {
  const pending = new Map<unknown, { resolve(value: unknown): void; reject(failure: Error): void }>();
  const events: BrowserEvent[] = [];
  let calls = 0;
  socket.addEventListener("message", ({ data }) => {
    const message = fieldsOf(JSON.parse(String(data)));
    const call = pending.get(message["id"]);
    if (call === undefined) {
      events.push({ method: String(message["method"]), params: message["params"] });
      return;
    }
    pending.delete(message["id"]);
    if (message["error"] === undefined) call.resolve(message["result"]);
    else call.reject(new Error(JSON.stringify(message["error"])));
  });
  const call = async (method: string, params: object = {}): Promise<unknown> => {
    const id = ++calls;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
  };
  return {
    events,
    call,
    async evaluate(expression) {
      const answer = fieldsOf(
        await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true, userGesture: true }),
      );
      if (answer["exceptionDetails"] !== undefined) throw new Error(JSON.stringify(answer["exceptionDetails"]));
      return fieldsOf(answer["result"])["value"];
    },
    async press(key) {
      const codes: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, ArrowRight: 39, End: 35, Home: 36 };
      const text = key === "Enter" ? { text: "\r" } : {};
      const event = { key, code: key, windowsVirtualKeyCode: codes[key] ?? 0 };
      await call("Input.dispatchKeyEvent", {
        type: text.text === undefined ? "rawKeyDown" : "keyDown",
        ...event,
        ...text,
      });
      await call("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    },
    close,
  };
}

async function waitFor({ events }: BrowserPage, method: string): Promise<void> {
  const deadline = Date.now() + startLimit;
  while (!events.some((event) => event.method === method)) {
    if (Date.now() > deadline) throw new Error(`cannot load the page: no ${method}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function end(browser: ChildProcess): Promise<void> {
  if (browser.exitCode !== null) return;
  const isOver = new Promise((resolve) => browser.once("exit", resolve));
  browser.kill("SIGKILL");
  await isOver;
}

/** An object's fields; none of anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
