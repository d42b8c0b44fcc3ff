"""Needs one thing of each kind, by the name of its argument."""
import os
import sys


def module() -> None:
    import json
    print(json.loads("[1]"))


def extension() -> None:
    import ctypes
    print(ctypes.sizeof(ctypes.c_int))


def needed_library() -> None:
    import sqlite3
    print(sqlite3.sqlite_version)


def opened_library() -> None:
    import ctypes
    print(ctypes.CDLL("libbz2.so.1.0").BZ2_bzlibVersion)


def own_module() -> None:
    import importlib
    print(importlib.import_module("own." + "".join(["la", "te"])).value)


def data() -> None:
    with open(os.path.join(os.path.dirname(__file__), "data", "rates.csv")) as file:
        print(file.read())


def settings() -> None:
    import configparser
    parser = configparser.ConfigParser()
    with open("/app/settings.ini") as file:
        parser.read_file(file)
    print(parser["own"]["name"])


def template() -> None:
    import string
    with open("templates/letter.txt") as file:
        print(string.Template(file.read()).substitute(name="own"))


def plugins() -> None:
    print([name for name in os.listdir("/app/plugins") if name.endswith(".py")][0])


def certificate() -> None:
    import ssl
    print(ssl.create_default_context(cafile="/app/certificates/own.pem").cert_store_stats())


def encoding() -> None:
    print("x".encode("cp1252"))


def locale() -> None:
    import locale as locales
    print(locales.setlocale(locales.LC_ALL, "C.utf8"))


def terminal() -> None:
    import curses
    curses.setupterm("vt220", 1)
    print("terminal")


def program() -> None:
    import subprocess
    print(subprocess.run(["sort", "--version"], check=True, capture_output=True).stdout[:4])


def shell() -> None:
    sys.exit(1 if os.system("exit 0") else 0)


def state() -> None:
    print(os.listdir("/app/state/jobs"))


globals()[sys.argv[1]]()
