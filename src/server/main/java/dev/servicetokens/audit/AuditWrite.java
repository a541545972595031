package dev.servicetokens.audit;

import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.util.List;

/** Writes events that belong to no change, in a transaction of their own. Thread-safe. */
@Singleton
class AuditWrite {

  private final AuditRepository repository;

  AuditWrite(AuditRepository repository) {
    this.repository = repository;
  }

  @Transactional
  void write(List<Occurrence> occurrences) {
    repository.add(occurrences);
  }
}
