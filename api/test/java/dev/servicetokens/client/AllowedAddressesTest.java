package dev.servicetokens.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedAddressesTest {

  private static boolean allows(String cidr, String address) {
    return AllowedAddresses.of(List.of(cidr)).contain(address);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.2.255",
    "192.0.2.77/24, 192.0.2.1",
    "192.0.2.7, 192.0.2.7",
    "192.0.2.7/32, 192.0.2.7",
    "0.0.0.0/0, 255.255.255.255",
    "10.0.0.0/8, ::ffff:10.1.2.3",
    "10.0.0.0/8, ::FFFF:0a01:0203",
    "::ffff:10.0.0.0/104, 10.255.0.1",
    "::ffff:10.0.0.1, 10.0.0.1",
    "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8:0:0:8000::/65, 2001:db8::8000:0:0:1",
    "2001:db8::1/128, 2001:0DB8:0:0:0:0:0:1",
    "::/0, 2001:db8::1",
    "::1, ::1",
    "64:ff9b::192.0.2.0/120, 64:ff9b::c000:2ff",
    "fe80::/10, fe80::1%eth0",
    "fe80::/10, febf::1%2",
  })
  void allowsWhoComesFromThere(String cidr, String address) {
    assertThat(allows(cidr, address)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.3.0",
    "192.0.2.0/25, 192.0.2.128",
    "192.0.2.7, 192.0.2.6",
    "::/0, 192.0.2.7",
    "::/0, ::ffff:192.0.2.7",
    "::/95, 192.0.2.7",
    "0.0.0.0/0, 2001:db8::1",
    "0.0.0.0/0, ::1",
    "2001:db8::/33, 2001:db8:8000::",
    "2001:db8:0:0:8000::/65, 2001:db8::7fff:0:0:1",
    "2001:db8::1, 2001:db8::2",
    "fe80::/10, fec0::1",
  })
  void allowsNobodyElse(String cidr, String address) {
    assertThat(allows(cidr, address)).isFalse();
  }

  /** What an old C library or a name server would make of it is not asked. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "localhost",
        "example.com",
        "10.1",
        "167772161",
        "010.0.0.1",
        "10.0.0.1 ",
        "0x0a.0.0.1",
        "256.0.0.1",
        "10.0.0.0/8",
        "10.0.0.1:80",
        "1.2.3.4.5",
        "1.2.3.",
        ":",
        ":::",
        "::1::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8",
        "12345::",
        "g::",
        "[::1]",
        "::1.2.3",
        "::1.2.3.4:5",
        "::256.2.3.4",
        "1.2.3.4::",
        "\u0661.0.0.1",
        "10.0.0.1%eth0"
      })
  void allowsNothingThatIsNoAddress(String address) {
    AllowedAddresses everywhere = AllowedAddresses.of(List.of("0.0.0.0/0", "::/0"));

    assertThat(everywhere.contain(address)).isFalse();
    assertThat(everywhere.contain(null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "0.0.0.0/33",
        "0.0.0.0/-1",
        "0.0.0.0/",
        "0.0.0.0/08",
        "0.0.0.0/0/0",
        "::/129",
        "::/ 0",
        "any",
        "*"
      })
  void takesABlockThatItCannotReadForNobody(String cidr) {
    assertThat(allows(cidr, "192.0.2.7")).isFalse();
    assertThat(allows(cidr, "2001:db8::1")).isFalse();
    assertThat(AllowedAddresses.of(List.of(cidr, "192.0.2.7")).contain("192.0.2.7")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"999.1.1.1", "1.2.3", "example.com", "1.2.3.4%eth0"})
  void tellsOfNoTextThatANameServerWouldBeAskedFor(String text) {
    assertThat(ServiceTokenVerifier.literal(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7",
    "::ffff:192.0.2.7, 192.0.2.7",
    "2001:db8::1, 2001:db8:0:0:0:0:0:1",
    "fe80::1%eth0, fe80:0:0:0:0:0:0:1",
  })
  void tellsAnAddressWithoutItsZone(String text, String told) {
    assertThat(ServiceTokenVerifier.literal(text)).isEqualTo(told);
  }
}
