package dev.servicetokens.micronaut;

import io.micronaut.security.authentication.AbstractPrincipalArgumentBinder;
import jakarta.inject.Singleton;

/** The caller as an argument of a route, absent if it is no service token. */
@Singleton
final class ServiceTokenArgumentBinder
    extends AbstractPrincipalArgumentBinder<ServiceTokenAuthentication> {

  ServiceTokenArgumentBinder() {
    super(ServiceTokenAuthentication.class);
  }
}
