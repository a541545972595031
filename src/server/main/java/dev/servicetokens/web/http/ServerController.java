package dev.servicetokens.web.http;

import dev.servicetokens.generated.api.ServerApi;
import dev.servicetokens.generated.model.ServerInfo;
import dev.servicetokens.generated.model.ServerInfoApplicationDomainsInner;
import dev.servicetokens.generated.model.ServerInfoDeploymentMode;
import dev.servicetokens.generated.model.ServerStatus;
import dev.servicetokens.generated.model.ServerStatusStatus;
import dev.servicetokens.generated.model.ServerVersion;
import dev.servicetokens.web.Release;
import io.micronaut.http.annotation.Controller;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.util.List;

/**
 * Serves the server's status and versions. Both answers are made once and sent on the event loop's
 * thread, because the status is what callers verify a token with.
 */
@Controller("/api")
@Secured(SecurityRule.IS_AUTHENTICATED)
class ServerController implements ServerApi {

  /**
   * The API version that existing clients look for. A commit, a diff or a development flag would
   * make it a pre-release to them, which they refuse.
   */
  private static final ServerVersion API_VERSION = new ServerVersion(5, 0, 0, "", "", false);

  private final ServerStatus status = new ServerStatus(ServerStatusStatus.OK);
  private final ServerInfo info =
      new ServerInfo(
          API_VERSION,
          ServerInfoDeploymentMode.SELF_HOSTED,
          Release.version(),
          Release.commit(),
          Release.commitDate(),
          List.of(ServerInfoApplicationDomainsInner.OBSERVABILITY));

  @Override
  public ServerStatus getServerStatus() {
    return status;
  }

  @Override
  public ServerInfo getServerInfo() {
    return info;
  }
}
