package example;

import io.quarkus.oidc.TokenIntrospection;
import io.quarkus.security.Authenticated;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.PermissionsAllowed;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonString;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** Deploys for callers whose service token may; Quarkus OIDC asks Service Tokens about each. */
@Path("/")
public class Deployments {

  @Inject TokenIntrospection caller;

  /** A permission on {@code system} is a word of the scope, of which Quarkus makes a permission. */
  @POST
  @Path("deployments")
  @PermissionsAllowed("deploy:prod")
  public String deploy() {
    return "deployed everywhere by " + caller.getSubject();
  }

  /** A permission on one resource is none on all, so it stands in {@code permissions} only. */
  @POST
  @Path("clusters/{cluster}/deployments")
  @Authenticated
  public String deploy(@PathParam("cluster") String cluster) {
    JsonArray permissions = caller.getObject("permissions").getJsonArray(cluster);
    if (permissions == null
        || !permissions.getValuesAs(JsonString::getString).contains("deploy:prod")) {
      throw new ForbiddenException();
    }
    return "deployed on %s by %s".formatted(cluster, caller.getSubject());
  }
}
