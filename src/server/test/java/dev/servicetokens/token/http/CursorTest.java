package dev.servicetokens.token.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenPosition;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CursorTest {

  private static final long ID = 123_456_789_012_345L;

  @ParameterizedTest
  @ValueSource(strings = {"a", "ci job", "ü🙂", "\"\\", "[]"})
  void comesBackAsThePositionThatItWas(String name) {
    TokenPosition position = new TokenPosition(name, new TokenId(ID));

    assertThat(Cursor.parse(Cursor.of(position))).isEqualTo(position);
    assertThat(Cursor.of(position)).matches("[0-9A-Za-z_-]+");
  }

  @Test
  void holdsTheLongestName() {
    TokenPosition position = new TokenPosition("🙂".repeat(255), new TokenId(ID));

    assertThat(Cursor.parse(Cursor.of(position))).isEqualTo(position);
  }

  /** A right checksum alone makes no position: none of these can have been a token's. */
  @Test
  void refusesWhatNoTokenCanBe() {
    byte[] name = "ci".getBytes(UTF_8);

    assertThat(Cursor.parse(forged(1, ID, name)).name()).isEqualTo("ci");
    assertInvalid(forged(2, ID, name));
    assertInvalid(forged(1, 1, name));
    assertInvalid(forged(1, -ID, name));
    assertInvalid(forged(1, ID, new byte[] {0}));
    assertInvalid(forged(1, ID, new byte[] {(byte) 0xC3}));
    assertInvalid(forged(1, ID, "a\nb".getBytes(UTF_8)));
    assertInvalid(forged(1, ID, " ".getBytes(UTF_8)));
    assertInvalid(forged(1, ID, "a".repeat(256).getBytes(UTF_8)));
    assertInvalid(forged(1, ID, new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "AQ==", "+/", "ü", "AQAAWvMQe8agY2ktam9iLTBaIJ_X", " "})
  void refusesWhatIsNoCursor(String text) {
    assertInvalid(text);
  }

  private static void assertInvalid(String cursor) {
    assertThatThrownBy(() -> Cursor.parse(cursor))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("X-Next-Cursor");
  }

  private static String forged(int version, long id, byte[] name) {
    ByteBuffer bytes =
        ByteBuffer.allocate(9 + name.length + 4).put((byte) version).putLong(id).put(name);
    CRC32 crc = new CRC32();
    crc.update(bytes.array(), 0, 9 + name.length);
    bytes.putInt((int) crc.getValue());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
