"use strict";

const path = require("node:path");
const express = require("express");

const app = express();
app.set("view engine", "ejs");
app.set("views", path.join(__dirname, "views"));
app.use("/static", express.static(path.join(__dirname, "static")));

app.get("/", (request, response) => {
  response.render("index", { name: "Express" });
});

app.get("/health", (request, response) => {
  response.json({ status: "ok" });
});

const server = app.listen(Number(process.env.PORT ?? 3000));
process.on("SIGTERM", () => server.close());
