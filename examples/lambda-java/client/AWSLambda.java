package com.amazonaws.services.lambda.runtime.api.client;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A small client of AWS Lambda's Runtime API (version 2018-06-01) that starts as the platform's own does: by this class, with the
 * function's name as its argument. It knows functions that implement RequestStreamHandler.
 */
public final class AWSLambda {
  private static final String base = "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";

  private record Invocation(String id, long deadline) implements Context {
    @Override
    public String getAwsRequestId() {
      return id;
    }

    @Override
    public int getRemainingTimeInMillis() {
      return (int) (deadline - System.currentTimeMillis());
    }
  }

  public static void main(String[] args) throws IOException {
    // A request that is sent twice would answer an invocation twice.
    System.setProperty("sun.net.http.retryPost", "false");
    RequestStreamHandler function;
    try {
      String name = args[0].replaceFirst("::handleRequest$", "");
      function = (RequestStreamHandler) Class.forName(name).getDeclaredConstructor().newInstance();
    } catch (Throwable failure) {
      postError("init/error", rootOf(failure));
      failure.printStackTrace();
      System.exit(1);
      return;
    }
    while (true) serveOne(function);
  }

  private static void serveOne(RequestStreamHandler function) throws IOException {
    HttpURLConnection next = open("invocation/next");
    byte[] event = readAll(next);
    String id = next.getHeaderField("Lambda-Runtime-Aws-Request-Id");
    long deadline = Long.parseLong(next.getHeaderField("Lambda-Runtime-Deadline-Ms"));
    String invocation = "invocation/" + id + "/";
    try {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      function.handleRequest(new ByteArrayInputStream(event), answer, new Invocation(id, deadline));
      post(invocation + "response", answer.toByteArray(), null);
    } catch (Exception failure) {
      postError(invocation + "error", failure);
    }
  }

  private static Throwable rootOf(Throwable failure) {
    return failure.getCause() == null ? failure : rootOf(failure.getCause());
  }

  private static void postError(String path, Throwable failure) throws IOException {
    String type = failure.getClass().getName();
    String text =
        "{\"errorType\":" + quote(type) + ",\"errorMessage\":" + quote(String.valueOf(failure.getMessage())) + ",\"stackTrace\":[]}";
    post(path, text.getBytes(StandardCharsets.UTF_8), type);
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char letter : text.toCharArray()) {
      if (letter == '"' || letter == '\\') quoted.append('\\').append(letter);
      else if (letter < ' ') quoted.append(String.format("\\u%04x", (int) letter));
      else quoted.append(letter);
    }
    return quoted.append('"').toString();
  }

  private static HttpURLConnection open(String path) throws IOException {
    return (HttpURLConnection) URI.create(base + path).toURL().openConnection();
  }

  private static byte[] readAll(HttpURLConnection connection) throws IOException {
    try (InputStream body = connection.getInputStream()) {
      return body.readAllBytes();
    }
  }

  private static void post(String path, byte[] body, String errorType) throws IOException {
    HttpURLConnection connection = open(path);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length);
    connection.setRequestProperty("Content-Type", "application/json");
    if (errorType != null) connection.setRequestProperty("Lambda-Runtime-Function-Error-Type", errorType);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    readAll(connection);
  }
}
