package dev.servicetokens.spring;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers a caller that sent a token which is not live, or cannot be verified now, where one is
 * needed. Which of several ways to log in a chain would name otherwise depends on their order, and
 * none but ours knows of 503. Thread-safe.
 */
final class ServiceTokenRefusalFilter extends OncePerRequestFilter {

  private final ServiceTokenEntryPoint entryPoint;

  ServiceTokenRefusalFilter(ServiceTokenEntryPoint entryPoint) {
    this.entryPoint = entryPoint;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      chain.doFilter(request, response);
    } catch (ServletException | RuntimeException e) {
      if (request.getAttribute(Refusals.REFUSED) == null
          || !isRefusal(e)
          || response.isCommitted()) {
        throw e;
      }
      entryPoint.commence(
          request, response, new InsufficientAuthenticationException("A live token is needed"));
    }
  }

  /** Whether it is, or was caused by, a refusal; routes throw theirs wrapped. */
  private static boolean isRefusal(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AccessDeniedException || cause instanceof AuthenticationException) {
        return true;
      }
    }
    return false;
  }
}
