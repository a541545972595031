package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.TokenDigest;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A cache without bound. */
final class MapPrincipals implements CachedPrincipals {

  private final Map<TokenDigest, Answer> entries = new ConcurrentHashMap<>();

  @Override
  public @Nullable Answer get(TokenDigest digest) {
    return entries.get(digest);
  }

  @Override
  public void put(TokenDigest digest, Answer answer) {
    entries.put(digest, answer);
  }

  @Override
  public void remove(Set<Long> tokenIds, Set<SubjectHandle> subjects) {
    entries
        .values()
        .removeIf(
            answer ->
                answer instanceof KnownPrincipal(Principal principal)
                    && (tokenIds.contains(principal.tokenId())
                        || !Collections.disjoint(principal.roles(), subjects)));
  }

  @Override
  public void clear() {
    entries.clear();
  }
}
