package dev.servicetokens.spring;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.security.access.expression.method.MethodSecurityExpressionHandler;

/**
 * Whether the service has no handler of {@code @PreAuthorize} of its own. The one that Spring
 * Security has for reactive services is a fallback, which gives way to any other.
 */
final class NoOtherExpressionHandler implements ConfigurationCondition {

  @Override
  public ConfigurationPhase getConfigurationPhase() {
    return ConfigurationPhase.REGISTER_BEAN;
  }

  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    ConfigurableListableBeanFactory beans = context.getBeanFactory();
    if (beans == null) {
      return false;
    }
    for (String name :
        beans.getBeanNamesForType(MethodSecurityExpressionHandler.class, true, false)) {
      if (!beans.containsBeanDefinition(name) || !beans.getBeanDefinition(name).isFallback()) {
        return false;
      }
    }
    return true;
  }
}
