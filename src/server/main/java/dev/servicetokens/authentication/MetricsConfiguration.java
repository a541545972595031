package dev.servicetokens.authentication;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Who may read the metrics.
 *
 * @param open whether {@code /prometheus} answers without a token
 */
@ConfigurationProperties("service-tokens.metrics")
record MetricsConfiguration(@Bindable(defaultValue = "false") boolean open) {}
