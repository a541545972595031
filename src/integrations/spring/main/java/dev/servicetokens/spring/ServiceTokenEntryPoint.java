package dev.servicetokens.spring;

import dev.servicetokens.client.PresentedCredentials.Scheme;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Answers a caller that needs a live token: 401 and what to send, or 503 if nobody can say now
 * whether the token that it sent is live. Thread-safe.
 */
final class ServiceTokenEntryPoint implements AuthenticationEntryPoint {

  private final List<String> challenges;

  ServiceTokenEntryPoint(Set<Scheme> schemes) {
    this.challenges = Refusals.challenges(schemes);
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException refusal) {
    if (request.getAttribute(Refusals.RETRY_AFTER) instanceof Duration wait) {
      response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
      response.setHeader(HttpHeaders.RETRY_AFTER, Refusals.seconds(wait));
      return;
    }
    response.setStatus(HttpStatus.UNAUTHORIZED.value());
    for (String challenge : challenges) {
      response.addHeader(HttpHeaders.WWW_AUTHENTICATE, challenge);
    }
  }
}
