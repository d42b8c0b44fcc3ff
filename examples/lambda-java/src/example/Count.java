package example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Answers how long an event is. */
public class Count implements RequestStreamHandler {
  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
    int bytes = event.readAllBytes().length;
    answer.write(("{\"bytes\":" + bytes + "}").getBytes(StandardCharsets.UTF_8));
  }
}
