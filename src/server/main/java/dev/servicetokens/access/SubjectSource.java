package dev.servicetokens.access;

/** Where a subject comes from. */
public enum SubjectSource {
  /** From configuration: read-only. */
  STATIC,
  /** Made through the API. */
  OBSERVABILITY,
  /** From a Kubernetes cluster; this server has none of these. */
  KUBERNETES
}
