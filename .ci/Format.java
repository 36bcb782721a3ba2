import com.google.googlejavaformat.java.GoogleJavaFormatToolProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Runs google-java-format over every source of the repository: `check` or `apply`.
class Format {
  static void main(String[] arguments) throws IOException {
    boolean apply = arguments[0].equals("apply");
    List<String> command = new ArrayList<>();
    command.addAll(apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    try (Stream<Path> files = Files.walk(Path.of(""))) {
      files
          .map(Path::toString)
          .filter(name -> name.endsWith(".java"))
          .filter(name -> !name.matches("(.*/)?target/.*"))
          .sorted()
          .forEach(command::add);
    }
    int status =
        new GoogleJavaFormatToolProvider()
            .run(System.out, System.err, command.toArray(String[]::new));
    if (status != 0 && !apply) {
      System.out.println("Unformatted sources above; format them: mvn -N validate -Dformat=apply");
    }
    System.exit(status);
  }
}
