package dev.servicetokens.web.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A body is one JSON value of the contract's types, said to be JSON; anything else is refused. */
final class RequestBodyTest {

  private static final String GOOD = "{\"name\":\"a\",\"roles\":[\"stackstate-guest\"]}";

  private static TestServer server;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    admin = server.administrator();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Nested
  final class BadRequest {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "``|no body",
          "` \r\n`|no body",
          "{|not JSON",
          "{'name':'a'|not JSON",
          "{'name':'a','roles':['stackstate-guest']} x|not JSON",
          "{'name':'a','roles':['stackstate-guest']}{}|one value",
          "{'name':'a','roles':['stackstate-guest'],}|not JSON",
          "{name:'a','roles':['stackstate-guest']}|not JSON",
          "{'name':'a\tb','roles':['stackstate-guest']}|not JSON",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':01}|not JSON",
          "{'name':'a','roles':['stackstate-guest'],'expiryDate':NaN}|not JSON",
          "/**/{'name':'a','roles':['stackstate-guest']}|not JSON",
          "[]|JSON object",
          "null|JSON object",
          "'text'|JSON object",
          "1|JSON object"
        })
    void saysThatTheBodyIsNoJsonObject(String json, String message) {
      assertRefused(json, message);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "'name':123,'roles':['stackstate-guest']|'name' must be a string",
          "'name':true,'roles':['stackstate-guest']|'name' must be a string",
          "'name':['a'],'roles':['stackstate-guest']|'name' must be a string",
          "'name':{'a':1},'roles':['stackstate-guest']|'name' must be a string",
          "'name':'a','roles':'stackstate-guest'|'roles' must be an array of strings",
          "'name':'a','roles':{'0':'a'}|'roles' must be an array of strings",
          "'name':'a','roles':[1]|'roles' must be an array of strings",
          "'name':'a','roles':[null]|'roles' must be an array of strings",
          "'name':'a','roles':[['a']]|'roles' must be an array of strings",
          "'name':'a','roles':['a'],'expiryDate':'1999999999999'|'expiryDate' must be a number",
          "'name':'a','roles':['a'],'expiryDate':true|'expiryDate' must be a number",
          "'name':'a','roles':['a'],'expiryDate':[1]|'expiryDate' must be a number",
          "'name':'a','roles':['a'],'expiryDate':1.5|'expiryDate' must be a whole number",
          "'name':'a','roles':['a'],'expiryDate':1e400|'expiryDate' must be a whole number",
          "'name':'a','roles':['a'],'expiryDate':1e999999999|'expiryDate' must be a whole number",
          "'name':'a','roles':['a'],'expiryDate':99999999999999999999|'expiryDate' must be a whole",
          "'name':'a','roles':['a'],'dedicatedSubject':5|'dedicatedSubject' must be a string",
          "'name':'a','roles':['a'],'description':{}|'description' must be a string",
          "'name':'a','roles':['a'],'unknown':1|'unknown' is unknown here",
          "'name':'a','roles':['a'],'Name':'b'|'Name' is unknown here",
          "'name':'a','name':'b','roles':['a']|'name' is given twice",
          "'name':'a','roles':['a'],'roles':['a']|'roles' is given twice",
          "'name':'a','roles':['a'],'x':[{'y':1,'y':2}]|'y' is given twice"
        })
    void namesFieldThatIsWrong(String fields, String message) {
      assertRefused("{" + fields + "}", message);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {"[|20000", "{\"name\":|20000", "{\"name\":[|10000"})
    void refusesDeepNesting(String piece, int depth) {
      assertThat(create(piece.repeat(depth)).statusCode()).isEqualTo(400);
      assertThat(create(piece.repeat(depth) + "1").statusCode()).isEqualTo(400);
    }

    @Test
    void refusesNumberOfAHundredThousandDigits() {
      String json = "{\"name\":\"a\",\"roles\":[\"a\"],\"expiryDate\":%s}";

      assertThat(create(json.formatted("9".repeat(100_000))).statusCode()).isEqualTo(400);
    }

    /** JSON has one encoding, UTF-8 without a mark before it (RFC 8259, section 8.1). */
    @ParameterizedTest
    @ValueSource(
        strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE", "IBM037"})
    void refusesEveryOtherEncoding(String charset) {
      assertThat(sent(GOOD.getBytes(Charset.forName(charset))).statusCode()).isEqualTo(400);
    }

    @Test
    void refusesByteOrderMark() {
      HttpResponse<String> refused = sent(("\uFEFF" + GOOD).getBytes(UTF_8));

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains("byte order mark");
    }

    /** A form that is too long hides a character from whoever looked at the bytes before us. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "ff",
          "fe",
          "80",
          "c0af",
          "c1bf",
          "c080",
          "e080af",
          "e0809f",
          "f08080af",
          "f8808080af",
          "eda080",
          "edbfbf",
          "eda0bdedb982",
          "f4908080",
          "c3",
          "e282",
          "f09f99",
          "c328",
          "e2a822"
        })
    void refusesBytesThatAreNotUtf8(String hex) {
      for (String place : List.of(":\"a", "\"name", "\"stackstate", "{", "}")) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int at = GOOD.indexOf(place) + place.length();
        body.writeBytes(GOOD.substring(0, at).getBytes(US_ASCII));
        body.writeBytes(HexFormat.of().parseHex(hex));
        body.writeBytes(GOOD.substring(at).getBytes(US_ASCII));

        assertThat(sent(body.toByteArray()).statusCode()).isEqualTo(400);
      }
    }

    private void assertRefused(String json, String message) {
      HttpResponse<String> refused = create(json.replace('\'', '"'));

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(Json.message(refused.body())).contains(message);
    }
  }

  @Nested
  final class TooLarge {

    @Test
    void refusesBodyOf10Megabytes() {
      assertThat(create("{\"name\":\"%s\"}".formatted("a".repeat(10_000_000))).statusCode())
          .isEqualTo(413);
    }

    /** Nobody learns what the server reads before it is known who asks. */
    @Test
    void isFoundOnlyAfterAuthenticationAndAuthorization() {
      String body = "{\"name\":\"%s\"}".formatted("a".repeat(10_000_000));
      String guest = server.api().createdWithRole(admin, "guest", "stackstate-guest");

      assertThat(server.api().create("nobody", body).statusCode()).isEqualTo(401);
      assertThat(server.api().create(guest, body).statusCode()).isEqualTo(403);
    }
  }

  @Nested
  final class UnsupportedMediaType {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data",
          "application/xml",
          "application/octet-stream",
          "application/json-patch+json",
          "text/json",
          "*/*",
          "application/*"
        })
    void refusesOtherMediaType(String type) {
      assertThat(post(type, GOOD).statusCode()).isEqualTo(415);
    }
  }

  @Nested
  final class UnsupportedCharset {

    @ParameterizedTest
    @ValueSource(strings = {"utf-16", "UTF-16LE", "\"utf-32\"", "iso-8859-1", "utf8mb4", "x"})
    void refusesToGuess(String charset) {
      assertThat(post("application/json; charset=" + charset, GOOD).statusCode()).isEqualTo(415);
    }

    @Test
    void isFoundOnlyAfterAuthorization() {
      String guest = server.api().createdWithRole(admin, "g", "stackstate-guest");
      var request = server.api().creation("application/json; charset=utf-16", GOOD);

      assertThat(server.api().send(request.build()).statusCode()).isEqualTo(401);
      assertThat(server.api().send(request.header("X-API-Key", guest).build()).statusCode())
          .isEqualTo(403);
    }
  }

  @Nested
  final class Ok {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "application/json",
          "application/json; charset=utf-8",
          "application/json;charset=UTF-8",
          "application/json; charset=\"utf-8\"",
          "application/json; charset=us-ascii",
          "APPLICATION/JSON",
          "application/json; version=1"
        })
    void takesMediaTypeWithParameters(String type) {
      assertThat(post(type, GOOD).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          " \n\t{\"name\" : \"a\" , \"roles\" : [ \"stackstate-guest\" ] }\r\n ",
          "{\"n\\u0061me\":\"\\ud83d\\ude42\",\"roles\":[\"stackstate-gu\\u0065st\"]}",
          "{\"roles\":[\"stackstate-guest\"],\"name\":\"a\",\"expiryDate\":1.9e12}"
        })
    void takesJsonHoweverItIsWritten(String json) {
      assertThat(create(json).statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> create(String json) {
    return server.api().create(admin, json);
  }

  private static HttpResponse<String> sent(byte[] body) {
    return server
        .api()
        .send(
            server
                .api()
                .creation("application/json", "")
                .header("X-API-Key", admin)
                .method("POST", BodyPublishers.ofByteArray(body))
                .build());
  }

  private static HttpResponse<String> post(String type, String body) {
    return server.api().send(server.api().creation(type, body).header("X-API-Key", admin).build());
  }
}
