import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const library = "/usr/lib/python3.13";
const site = `${library}/site-packages`;
const sources = `
//- ${library}/os.py
//- ${library}/random.py
try: from _sha2 import sha512
except ImportError: from hashlib import sha512
//- ${library}/hashlib.py
//- ${library}/warnings.py
def f(): import tracemalloc
def deprecated(): import inspect
//- ${library}/functools.py
def singledispatch(): from typing import get_type_hints
//- ${library}/typing.py
//- ${library}/pkgutil.py
def iter_modules(): import inspect
//- ${library}/tracemalloc.py
def dump(): import pickle
//- ${library}/pickle.py
//- ${library}/importlib/__init__.py
//- ${library}/importlib/machinery.py
from ._bootstrap_external import PathFinder
//- ${library}/importlib/_bootstrap_external.py
def find_distributions(): from importlib.metadata import MetadataPathFinder
def get_resource_reader(): from importlib.readers import FileReader
//- ${library}/importlib/readers.py
import zipfile
//- ${library}/importlib/resources/__init__.py
//- ${library}/ast.py
def get_docstring(): import inspect
//- ${library}/inspect.py
//- ${library}/ssl.py
//- ${library}/asyncio/streams.py
try: import ssl
except ImportError: ssl = None
//- ${library}/importlib/metadata/__init__.py
//- ${library}/asyncio/__init__.py
//- ${library}/asyncio/coroutines.py
//- ${library}/site.py
def register_readline(): import rlcompleter
//- ${library}/rlcompleter.py
//- ${library}/calendar.py
def main(args=None): import argparse
//- ${library}/argparse.py
//- ${library}/pdb.py
//- ${library}/zipfile.py
try: import bz2, lzma
except ImportError: pass
//- ${library}/bz2.py
//- ${library}/lzma.py
//- ${library}/shutil.py
def unpack_archive(): import zipfile
//- ${library}/unittest/__init__.py
from unittest.case import TestCase
def __getattr__(name): from .async_case import IsolatedAsyncioTestCase
//- ${library}/unittest/case.py
def assertLogs(): from ._log import _AssertLogsContext
//- ${library}/unittest/_log.py
//- ${library}/unittest/async_case.py
//- ${library}/logging/__init__.py
//- ${library}/logging/config.py
def configure_queue_handler(): from multiprocessing.queues import Queue
//- ${library}/multiprocessing/__init__.py
//- ${library}/multiprocessing/queues.py
//- ${library}/multiprocessing/connection.py
def listen(): import xmlrpc.server
//- ${library}/xmlrpc/__init__.py
//- ${library}/xmlrpc/server.py
//- ${library}/_sitebuiltins.py
def help(): import pydoc
//- ${library}/pydoc.py
`;

/** Which modules of the standard library ship at level `reachable`. */
async function reached(app: string, program: string): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root: `//- /usr/bin/python3 0755 elf=x86_64${program}\n${sources}//- /app/app.py\n${app}\n`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd: ["app.py"],
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      stdlib: "reachable",
      prune: "reachable",
    },
    plugins: { runtimes: [python] },
  });
  return entries.filter(({ kind }) => kind === "file").map(({ path }) => path.slice(library.length + 1));
}

it("leaves hashlib out for random where Python has its own SHA-2: built in, in its library, or as a file", async () => {
  const app = "import random";
  expect(await reached(app, "")).toContain("hashlib.py");
  expect(await reached(app, "\n_sha2")).not.toContain("hashlib.py");
  expect(await reached(app, "\n_sha512")).not.toContain("hashlib.py");
  expect(await reached(app, "\n_sha2.SHA512Type")).toContain("hashlib.py");
  const shared = `//- ${library}/lib-dynload/_sha2.cpython-313-x86_64-linux-gnu.so elf=x86_64`;
  expect(await reached(`${app}\n${shared}`, "")).not.toContain("hashlib.py");
  const libpython = "//- /usr/lib/libpython3.13.so.1.0 elf=x86_64\n_sha2";
  expect(
    await reached(
      `${app}\n${libpython}`,
      " loader needed=libpython3.13.so.1.0\n//- /lib64/ld-linux-x86-64.so.2 elf=x86_64",
    ),
  ).not.toContain("hashlib.py");
  expect(await reached(`${app}, hashlib`, "\n_sha2")).toContain("hashlib.py");
});

it("leaves out what only the users of a module make it import", async () => {
  const bare = await reached("import os", "");
  expect(bare).toContain("importlib/_bootstrap_external.py");
  expect(bare).not.toContain("importlib/metadata/__init__.py");
  for (const name of ["tracemalloc.py", "pickle.py", "inspect.py", "zipfile.py"]) expect(bare).not.toContain(name);
  expect(await reached("import importlib.resources", "")).toContain("zipfile.py");
  expect(await reached("import os\nloader.get_resource_reader('x')", "")).toContain("zipfile.py");
  // pkgutil registers its functions with functools when it is loaded.
  expect(await reached("import functools", "")).toContain("typing.py");
  expect(await reached("from warnings import deprecated", "")).toContain("inspect.py");
  expect(await reached("import pkgutil\npkgutil.get_data('a', 'b')", "")).not.toContain("inspect.py");
  expect(await reached("import pkgutil\npkgutil.walk_packages()", "")).toContain("inspect.py");
  expect(await reached("import ast\nast.get_docstring(x)", "")).toContain("inspect.py");
  expect(await reached("import asyncio.streams", "")).not.toContain("ssl.py");
  expect(await reached("import asyncio.streams\nasyncio.streams.open_connection(host, 443, ssl=True)", "")).toContain(
    "ssl.py",
  );
  expect(await reached("import importlib.metadata", "")).toContain("importlib/metadata/__init__.py");
  expect(await reached("import sys\nsys.meta_path[-1].find_distributions()", "")).toContain(
    "importlib/metadata/__init__.py",
  );
  // importlib itself imports it where it forgets what directories hold.
  expect(await reached("import importlib\nimportlib.invalidate_caches()", "")).toContain(
    "importlib/metadata/__init__.py",
  );
  expect(await reached("import tracemalloc", "")).toContain("pickle.py");
});

it("takes what people at a terminal meet where the program is for them, and what anything but the library imports", async () => {
  const bare = await reached("import calendar", "");
  for (const name of ["rlcompleter.py", "argparse.py"]) expect(bare).not.toContain(name);
  expect(await reached("import calendar\ncalendar.main([])", "")).toContain("argparse.py");
  expect(await reached("import code\ncode.interact()", "")).toContain("rlcompleter.py");
  const debugged = `import fast\n//- ${site}/fast.py\ndef stop(): import pdb`;
  expect(await reached(debugged, "")).toContain("pdb.py");
});

it("takes what compiled modules have among their strings for words of sources", async () => {
  const compiled = (strings: string) =>
    `import fast, asyncio.streams\n//- ${site}/fast.cpython-313-x86_64-linux-gnu.so elf=x86_64\n${strings}`;
  expect(await reached(compiled("find_distributions\nopen_connection"), "")).toEqual(
    expect.arrayContaining(["importlib/metadata/__init__.py", "ssl.py"]),
  );
  const without = await reached(compiled("find_distributions_of"), "");
  for (const name of ["importlib/metadata/__init__.py", "ssl.py"]) expect(without).not.toContain(name);
});

it("does not take asyncio for what Cython writes into every module", async () => {
  const compiled = (strings: string) =>
    `import fast\n//- ${site}/fast.cpython-313-x86_64-linux-gnu.so elf=x86_64\n${strings}asyncio.coroutines`;
  expect(await reached(compiled("__pyx_capi__\n"), "")).not.toContain("asyncio/coroutines.py");
  expect(await reached(compiled(""), "")).toContain("asyncio/coroutines.py");
});

it("takes what archives and settings, which are no sources, can ask for", async () => {
  for (const app of ["import zipfile", "import shutil\nshutil.unpack_archive(path)"]) {
    expect(await reached(app, "")).toEqual(expect.arrayContaining(["bz2.py", "lzma.py"]));
  }
  expect(await reached("import importlib.resources", "")).not.toContain("bz2.py");
  expect(await reached("import logging.config", "")).toContain("multiprocessing/queues.py");
  const managed = "import multiprocessing.connection\nBaseManager(serializer='xmlrpc')";
  expect(await reached(managed, "")).toContain("xmlrpc/server.py");
});

it("takes the parts of what tests are made with", async () => {
  const parts = ["unittest/_log.py", "unittest/async_case.py"];
  expect(await reached("import unittest", "")).toEqual(expect.arrayContaining(parts));
});

it("takes what a module needs to be run from a source, whatever name it has there", async () => {
  for (const app of ["import calendar as dates\ndates.main([])", "import runpy, calendar\nrunpy.run_module(name)"]) {
    expect(await reached(app, "")).toContain("argparse.py");
  }
  for (const app of ["help(str)", "if True: help(str)"])
    expect(await reached(`import os\n${app}`, "")).toContain("pydoc.py");
});
