package dev.servicetokens.web.connection;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes a decoded head into one that the framework treats as RFC 9110 and RFC 9112 have it, or
 * marks it as malformed. An ordinary head stays as it is and costs a look at each character of its
 * target and host.
 */
final class RequestHead {

  private static final String ANYTHING = "*/*";
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain";

  /** A media type that nobody produces. */
  private static final String NOTHING = "application/x-none";

  private static final String NO_TARGET =
      "The request's target is no URI of RFC 3986 in UTF-8; percent-encode what it may not have.";
  private static final String NO_HOST =
      "The request needs exactly one header Host with a host and perhaps a port; send it.";

  private static final String TWO_FRAMINGS =
      "The only transfer coding is chunked, given once and without parameters; correct the header.";

  private RequestHead() {}

  /**
   * Looks at a head that the decoder has taken, and makes of it:
   *
   * <ul>
   *   <li>of HEAD a GET, because that has the same answer; the codec, which knows better, leaves
   *       its body out;
   *   <li>of a target one that the framework can route;
   *   <li>of {@code Accept} what of our media types it means, without the parameters that the
   *       framework would repeat in its answer.
   * </ul>
   *
   * @return whether it is a request; if not, it is marked as the decoder marks what it cannot
   *     decode, and the framework answers 400 and closes, whoever asks
   */
  static boolean settle(HttpRequest request) {
    if (HttpMethod.HEAD.equals(request.method())) {
      request.setMethod(HttpMethod.GET);
    }
    if (request.decoderResult().isFailure()) {
      refuse(request, request.decoderResult());
      return false;
    }
    if (!isFramedInOneWay(request.headers())) {
      refuse(request, DecoderResult.failure(new MalformedRequestException(TWO_FRAMINGS)));
      return false;
    }
    @Nullable String target =
        RequestTarget.normalize(request.uri(), HttpMethod.OPTIONS.equals(request.method()));
    if (target == null) {
      refuse(request, DecoderResult.failure(new MalformedRequestException(NO_TARGET)));
      return false;
    }
    if (!hasOneHost(request)) {
      refuse(request, DecoderResult.failure(new MalformedRequestException(NO_HOST)));
      return false;
    }
    if (!target.equals(request.uri())) {
      request.setUri(target);
    }
    settleAccept(request.headers());
    return true;
  }

  /** The target may be what is wrong, and the framework could not even refuse it then. */
  private static void refuse(HttpRequest request, DecoderResult why) {
    request.setUri("/");
    request.setDecoderResult(why);
  }

  /**
   * Whether nobody else could find the end of the body elsewhere, and so hide a request in it (RFC
   * 9112, sections 6.1 and 11.2). The decoder has seen to it that there is one length at most.
   */
  private static boolean isFramedInOneWay(HttpHeaders headers) {
    if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      return true;
    }
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return codings.size() == 1
        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst());
  }

  private static boolean hasOneHost(HttpRequest request) {
    Iterator<? extends CharSequence> hosts =
        request.headers().valueCharSequenceIterator(HttpHeaderNames.HOST);
    return hosts.hasNext()
        ? RequestTarget.isAuthority(hosts.next()) && !hosts.hasNext()
        : request.protocolVersion().equals(HttpVersion.HTTP_1_0);
  }

  private static void settleAccept(HttpHeaders headers) {
    Iterator<String> values = headers.valueStringIterator(HttpHeaderNames.ACCEPT);
    if (!values.hasNext()) {
      return;
    }
    String first = values.next();
    if (!values.hasNext() && (first.equals(ANYTHING) || first.equals(JSON))) {
      return;
    }
    List<Range> ranges = new ArrayList<>();
    headers.getAll(HttpHeaderNames.ACCEPT).forEach(value -> Range.addAll(value, ranges));
    boolean json = ranges.isEmpty() || Range.accept(ranges, JSON);
    boolean text = ranges.isEmpty() || Range.accept(ranges, TEXT);
    headers.set(
        HttpHeaderNames.ACCEPT, json && text ? ANYTHING : json ? JSON : text ? TEXT : NOTHING);
  }

  /**
   * A media range (RFC 9110, section 12.5.1).
   *
   * @param name without parameters, in lower case
   * @param isAccepted false if its weight is zero
   */
  private record Range(String name, boolean isAccepted) {

    static void addAll(String header, List<Range> ranges) {
      for (String element : header.split(",", -1)) {
        String[] parts = element.split(";", -1);
        String name = parts[0].strip().toLowerCase(Locale.ROOT);
        if (name.matches("[^\\s/]+/[^\\s/]+")) {
          boolean isRefused = false;
          for (int i = 1; i < parts.length; i++) {
            isRefused |= parts[i].strip().matches("[qQ]\\s*=\\s*0(\\.0*)?");
          }
          ranges.add(new Range(name, !isRefused));
        }
      }
    }

    /** The most specific range that names the type decides. */
    static boolean accept(List<Range> ranges, String type) {
      String kind = type.substring(0, type.indexOf('/')) + "/*";
      for (String name : List.of(type, kind, ANYTHING)) {
        List<Range> matching = ranges.stream().filter(range -> range.name.equals(name)).toList();
        if (!matching.isEmpty()) {
          return matching.stream().anyMatch(Range::isAccepted);
        }
      }
      return false;
    }
  }
}
