package dev.servicetokens.spring;

import dev.servicetokens.client.TestTokens;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * On a test class: tokens are those that the test makes with the bean {@link TestTokens}, and no
 * token server is asked. Works with {@code @SpringBootTest} and with slices such as
 * {@code @WebMvcTest}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ImportAutoConfiguration(ServiceTokensAutoConfiguration.class)
@Import(AutoConfigureTestTokens.Tokens.class)
public @interface AutoConfigureTestTokens {

  /** The bean. */
  @Configuration(proxyBeanMethods = false)
  class Tokens {

    @Bean
    TestTokens testTokens() {
      return new TestTokens();
    }
  }
}
