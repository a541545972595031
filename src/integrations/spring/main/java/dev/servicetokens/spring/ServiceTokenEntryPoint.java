package dev.servicetokens.spring;

import dev.servicetokens.client.PresentedCredentials.Scheme;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Answers a caller that needs a live token: 401 and what to send, 503 if nobody can say now whether
 * the token that it sent is live, or 429 if that was used as often as it may be. Thread-safe.
 */
final class ServiceTokenEntryPoint implements AuthenticationEntryPoint {

  private final List<String> challenges;

  ServiceTokenEntryPoint(Set<Scheme> schemes) {
    this.challenges = Refusals.challenges(schemes);
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException refusal) {
    if (request.getAttribute(Refusals.LATER) instanceof Refusals.Later later) {
      response.setStatus(later.status().value());
      response.setHeader(HttpHeaders.RETRY_AFTER, later.seconds());
      return;
    }
    response.setStatus(HttpStatus.UNAUTHORIZED.value());
    for (String challenge : challenges) {
      response.addHeader(HttpHeaders.WWW_AUTHENTICATE, challenge);
    }
  }
}
