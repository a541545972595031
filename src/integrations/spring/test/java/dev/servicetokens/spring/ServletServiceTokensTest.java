package dev.servicetokens.spring;

import example.servlet.Clusters;
import org.springframework.boot.WebApplicationType;

/** The example service with servlets. */
final class ServletServiceTokensTest extends ServiceTokensSuite {

  @Override
  Class<?> application() {
    return Clusters.class;
  }

  @Override
  WebApplicationType type() {
    return WebApplicationType.SERVLET;
  }
}
