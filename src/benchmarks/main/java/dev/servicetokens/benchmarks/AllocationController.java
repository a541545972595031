package dev.servicetokens.benchmarks;

import com.sun.management.ThreadMXBean;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.lang.management.ManagementFactory;

/** Says how many bytes the server has allocated since its start. */
@Controller("/benchmark/allocated")
@Secured(SecurityRule.IS_ANONYMOUS)
final class AllocationController {

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Get(produces = MediaType.TEXT_PLAIN)
  String allocatedBytes() {
    return Long.toString(threads.getTotalThreadAllocatedBytes());
  }
}
