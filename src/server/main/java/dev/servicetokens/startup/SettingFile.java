package dev.servicetokens.startup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A small file that a setting names: a password, a token, a certificate. It may be a link, as those
 * are that Kubernetes mounts. No message has anything of the file or its path: whoever confuses two
 * settings has put the secret itself there.
 */
public final class SettingFile {

  private SettingFile() {}

  /**
   * Reads one whole.
   *
   * @param setting how its owner calls the setting
   * @param file its path
   * @param mostBytes how large a file of its kind gets
   * @throws StartRefusal if it is not there or cannot be read, if it is larger, or if it is a pipe,
   *     for whose writer a start would wait, a device, or anything else than a file
   */
  public static byte[] read(String setting, String file, int mostBytes) {
    try {
      Path path = Path.of(file);
      if (!Files.isRegularFile(path)) {
        throw new StartRefusal(
            setting
                + (Files.exists(path)
                    ? " names a folder, a pipe or a device: it must name a file"
                    : " names a file that is not there, or that this user may not see"));
      }
      try (InputStream in = Files.newInputStream(path)) {
        byte[] bytes = in.readNBytes(mostBytes + 1);
        if (bytes.length > mostBytes) {
          throw new StartRefusal(
              "%s names a file of more than %d bytes, so that it must be another one"
                  .formatted(setting, mostBytes));
        }
        return bytes;
      }
    } catch (IOException | InvalidPathException _) {
      throw new StartRefusal(
          setting
              + " names a file that cannot be read: check its name, and that this user may read it");
    }
  }
}
