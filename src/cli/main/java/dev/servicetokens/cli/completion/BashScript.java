package dev.servicetokens.cli.completion;

import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Writes completions for bash, and for zsh, which reads the same: those that the parser's library
 * knows, and the names of permissions, for which the script asks {@code sts} when they are wanted.
 */
final class BashScript {

  /** Only a shell can try this: what it says is data to it, never words to expand. */
  private static final String PERMISSIONS =
      """

      # Completes the names of permissions, and leaves everything else to the function above.
      function _complete_sts_and_permissions() {
        local line="${COMP_LINE:0:$COMP_POINT}" written flag custom= replaced= added= name
        # What is written of the last word after its "=", and what is before that.
        written=${line##*[ =]}
        flag=${line%"$written"}
        flag=${flag%"${flag##*[! =]}"}
        case $flag in
          *" --permission") ;;
          *) _complete_sts; return ;;
        esac
        case $line in *[a-z]-permission" "*) custom=--custom ;; esac
        # Bash takes each part between colons for a word of its own; zsh even the flag with its value for one.
        case ${COMP_WORDBREAKS-} in *:*) replaced=${written%"${written##*:}"} ;; esac
        case ${COMP_WORDS[COMP_CWORD]} in --permission=*) added=--permission= ;; esac
        COMPREPLY=()
        while IFS= read -r name; do
          case $name in "$written"*) COMPREPLY+=("$added${name#"$replaced"}") ;; esac
        done <<EOF
      $("${COMP_WORDS[0]}" completion permissions $custom 2>/dev/null </dev/null)
      EOF
        # Names of files are no permissions.
        [ -z "${BASH_VERSION-}" ] || compopt +o default 2>/dev/null
        return 0
      }

      complete -F _complete_sts_and_permissions -o default sts sts.sh sts.bash
      """;

  private BashScript() {}

  static String of(CommandSpec root) {
    return AutoComplete.bash("sts", root.commandLine()).stripTrailing() + "\n" + PERMISSIONS;
  }
}
