package dev.servicetokens.audit;

import dev.servicetokens.text.TokenText;
import org.jspecify.annotations.Nullable;

/** What something was done to. */
public sealed interface AuditTarget {

  /** The same without the token strings that stand in its texts. */
  AuditTarget masked();

  /**
   * A token as it was then.
   *
   * @param id its id
   * @param name its name
   */
  record Token(long id, String name) implements AuditTarget {

    @Override
    public Token masked() {
      return new Token(id, TokenText.mask(name));
    }
  }

  /**
   * Something that is named by a text: a subject by its handle, an operation, a place in the chain.
   *
   * @param text that name
   * @param name what else identifies it; null for nothing
   */
  record Named(String text, @Nullable String name) implements AuditTarget {

    @Override
    public Named masked() {
      return new Named(TokenText.mask(text), name == null ? null : TokenText.mask(name));
    }
  }
}
