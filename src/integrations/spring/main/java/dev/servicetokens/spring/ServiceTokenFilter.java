package dev.servicetokens.spring;

import dev.servicetokens.client.PresentedCredentials;
import dev.servicetokens.client.PresentedCredentials.Found;
import dev.servicetokens.client.Verification;
import dev.servicetokens.client.Verifier;
import dev.servicetokens.spring.ServiceTokensProperties.WhenUnavailable;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Authenticates a request by the service token that it carries. Who presents one is that token or
 * nobody, whatever else the request carries; routes for everybody stay open. Thread-safe.
 */
final class ServiceTokenFilter extends OncePerRequestFilter {

  private final Verifier verifier;
  private final PresentedCredentials credentials;
  private final boolean refusesWhenUnavailable;

  /** Where the dispatch to the page of an error finds who the caller was. */
  private final RequestAttributeSecurityContextRepository contexts =
      new RequestAttributeSecurityContextRepository();

  private SecurityContextHolderStrategy holder = SecurityContextHolder.getContextHolderStrategy();

  ServiceTokenFilter(Verifier verifier, ServiceTokensProperties settings) {
    this.verifier = verifier;
    this.credentials = PresentedCredentials.of(settings.credentials());
    this.refusesWhenUnavailable = settings.whenUnavailable() == WhenUnavailable.REFUSE;
  }

  void setSecurityContextHolderStrategy(SecurityContextHolderStrategy strategy) {
    this.holder = strategy;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Found found = credentials.read(name -> Collections.list(request.getHeaders(name)));
    if (!(found instanceof Found.None)) {
      SecurityContext context = holder.createEmptyContext();
      if (found instanceof Found.Token token) {
        Verification verification = verifier.verify(token.text(), request.getRemoteAddr());
        if (verification instanceof Verification.Live live) {
          context.setAuthentication(new ServiceTokenAuthentication(live));
        } else {
          request.setAttribute(
              Refusals.LATER, Refusals.Later.of(verification, refusesWhenUnavailable));
        }
      }
      if (context.getAuthentication() == null) {
        request.setAttribute(Refusals.REFUSED, true);
      }
      holder.setContext(context);
      contexts.saveContext(context, request, response);
    }
    chain.doFilter(request, response);
  }
}
