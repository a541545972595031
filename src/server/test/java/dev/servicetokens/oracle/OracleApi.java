package dev.servicetokens.oracle;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Get;

/** Routes as the generator declares them: the annotations that protect them are elsewhere. */
interface OracleApi {

  @Get(value = "/oracle/api/by-class", produces = MediaType.TEXT_PLAIN)
  String byClass();

  @Get(value = "/oracle/api/by-method", produces = MediaType.TEXT_PLAIN)
  String byMethod();
}
