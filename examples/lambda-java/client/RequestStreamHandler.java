package com.amazonaws.services.lambda.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A function that reads and writes JSON itself. */
public interface RequestStreamHandler {
  void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException;
}
