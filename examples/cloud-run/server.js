import { createServer } from "node:http";

const server = createServer((_request, response) => {
  response.end("Hello from Cloud Run\n");
});

server.listen(Number(process.env.PORT));

// Instances get ten seconds from this signal to their end.
process.on("SIGTERM", () => {
  server.close(() => console.log("closed"));
});
