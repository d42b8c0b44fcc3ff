import java.nio.charset.StandardCharsets;

/** Counts the words of an event. */
public final class Main {
  public static void main(String[] arguments) throws java.io.IOException {
    String event = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    String text = event.replaceAll("(?s).*\"text\"\\s*:\\s*\"([^\"]*)\".*", "$1");
    System.out.println("{\"words\": " + text.trim().split("\\s+").length + "}");
  }
}
