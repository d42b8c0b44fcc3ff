import { describe, expect, it } from "vitest";
import { findForms } from "../../../../../src/inspect/policy/secrets/contents.ts";

/** Made of parts, so that no tool takes this file for a leak. */
const password = ["k7", "Qz", "w9", "Lm"].join("");

const blob = "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fR".repeat(2);

const titles = (text: string): readonly string[] =>
  findForms(text).map(({ title, line }) => `${String(line)} ${title}`);

describe("Kubernetes configurations", () => {
  it("are found by their key whatever the file is called", () => {
    expect(titles(`x: 1\nclient-key-data: ${blob}\n`)).toEqual(["2 a Kubernetes key"]);
    expect(titles(`{"client-key-data": "${blob}"}`)).toEqual(["1 a Kubernetes key"]);
  });
});

describe("database addresses", () => {
  it.each([
    `postgres://app:${password}@db.internal:5432/app`,
    `DATABASE_URL="postgresql+psycopg2://app:${password}@10.0.0.3/app"`,
    `mysql://root:${password}@db/app`,
    `mongodb+srv://app:${password}@cluster0.mongodb.net/?retryWrites=true`,
    `redis://:${password}@cache.internal:6379/0`,
    `amqps://app:${password}@mq.internal/vhost`,
    `jdbc:postgresql://db/app?user=app&password=${password}`,
    `jdbc:sqlserver://db;user=app;password=${password};`,
  ])("%s", (text) => {
    expect(titles(`first line\n${text}\n`)).toEqual(["2 a database address with a password"]);
  });

  it.each([
    "postgres://user:password@db/app",
    "postgres://postgres:postgres@db:5432/app",
    "mysql://root:changeme@mysql/app",
    "amqp://guest:guest@rabbitmq:5672/",
    `postgres://app:${password}@localhost/app`,
    `postgres://app:${password}@db.example.com/app`,
    "postgres://app:${PASSWORD}@db/app",
    "postgres://app:$PASSWORD@db/app",
    "postgres://app:{password}@db/app",
    "postgres://app:%s@db/app",
    "postgres://app:<password>@db/app",
    "postgres://db/app",
    "redis://cache:6379/0",
    "jdbc:postgresql://db/app?password=${PASSWORD}",
    `postgres://app:${"x".repeat(5000)}!@db`,
  ])("%s shows none", (text) => {
    expect(titles(text)).toEqual([]);
  });
});

describe("passwords for the environment", () => {
  it.each([
    `PASSWORD=${password}`,
    `export DB_PASSWORD='${password}'`,
    `ENV POSTGRES_PASSWORD="${password}"`,
    `MYSQL_PASSWD=${password}\r`,
  ])("%s", (text) => {
    expect(titles(`#!/bin/sh\n${text}\n`)).toEqual(["2 a password for the environment"]);
  });

  it.each([
    "PASSWORD=",
    "PASSWORD=$1",
    "PASSWORD=$(cat /run/secrets/password)",
    "PASSWORD=changeme",
    "PASSWORD=password123",
    "SHOP_MAIL_PASSWORD=YourShopMailPassword",
    "DB_PASSWORD = os.environ['DB_PASSWORD']",
    "DB_PASSWORD=os.environ.get('X')",
    "const PASSWORD='secret'",
    `if PASSWORD=${password} then`,
    "PASSWORD=xxxxxxxx",
    `PASSWORD=${"passpass".repeat(2000)}!`,
  ])("%s shows none", (text) => {
    expect(titles(text)).toEqual(text.endsWith("!") ? ["1 a password for the environment"] : []);
  });
});
